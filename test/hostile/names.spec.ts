import { describe, expect, it } from 'vitest';
import { useOwnBroker } from '../contract/scene.ts';

const scene = useOwnBroker();

const PATIENCE = { timeout: 20_000 };

/** Names that would mean something to SQL, were they ever part of a statement or pattern. */
const USERS = ["ada'; DROP TABLE message; --", '%', '_', 'a\\', '"', "') OR ('1'='1", '$1'];

describe('T30: names that mean something to a database', () => {
  it.each(USERS)('are names: %j', async (user) => {
    const { topic, token } = await scene.madeTopic('alice');
    const grant = { can_consume: [user, 'bob'] };
    await scene.administer('PATCH', `/${topic}`, { grant, storeMessages: 'cacheall' });
    await using producer = await scene.connect(topic, { token });
    for (const payload of ['first', 'second'])
      expect((await producer.publish({ payload })).result).toBe('ok');
    const odd = await scene.token(user);
    await using consumer = await scene.connect(`${topic}/s`, { token: odd });
    const [first] = await consumer.messages(2);
    consumer.acknowledge(first);
    consumer.acknowledge({ messageId: "x' OR '1'='1" });
    // His acknowledgement counts for him, and for nobody whose name it would match as a pattern.
    await expect.poll(() => outstandingOf(topic, odd), PATIENCE).toEqual(['second']);
    const bob = await scene.token('bob');
    await expect.poll(() => outstandingOf(topic, bob), PATIENCE).toEqual(['first', 'second']);
  });
});

describe('T31: text that a database refuses', () => {
  const TEXTS = { NUL: '\\u0000', 'half a character': '\\ud800', 'very long': 'x'.repeat(60_000) };
  const FIELDS = ['messageType', 'status', 'requestContext'];
  it.each(Object.entries(TEXTS))(
    'is stored and delivered as it was sent, or refused: %s',
    async (_, text) => {
      const { topic, token } = await scene.madeTopic('alice');
      await using producer = await scene.connect(topic, { token });
      const taken: string[] = [];
      for (const field of FIELDS) {
        const frame = `{"messageId":"${field}","properties":{"${field}":"${text}"}}`;
        if ((await producer.publish(frame)).result === 'ok') taken.push(field);
      }
      expect((await producer.publish({ messageId: 'last' })).result).toBe('ok');
      // The store holds them all, and goes on behind them.
      await using consumer = await scene.connect(`${topic}/c`, { token });
      const ids = (await consumer.messages(taken.length + 1)).map(({ messageId }) => messageId);
      expect(ids).toEqual([...taken, 'last']);
    },
  );
});

/** What the user is still owed, by payload. */
async function outstandingOf(topic: string, token: string): Promise<string[]> {
  await using consumer = await scene.connect(`${topic}/again`, { token });
  const found: string[] = [];
  for (;;) {
    const frame = await consumer.nextMessage(500).catch(() => undefined);
    if (!frame) return found;
    found.push(frame.payload);
  }
}
