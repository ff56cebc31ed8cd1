import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import type { DasfSocket, Json } from '../harness/index.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();

const GRACE_MS = 2000;
/** For how long messages go on coming afterwards. */
const WATCHED_MS = 4000;
const PAUSE_MS = 50;
/** Of a token: for long enough to connect with it on a slow machine. */
const LIFETIME_SECONDS = 8;

/** Publishes its clock until it is told to stop. */
function tick(producer: DasfSocket, until: Promise<unknown>): Promise<void> {
  let isOver = false;
  void until.then(() => {
    isOver = true;
  });
  return (async () => {
    while (!isOver) {
      await producer.publish({ payload: String(performance.now()) });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
}

/** Adds the times at which messages were published that come, until nothing comes any more. */
async function receive(consumer: DasfSocket, times: number[]): Promise<void> {
  for (;;) {
    const frame: Json = await consumer.nextMessage(LIFETIME_SECONDS * 1000).catch(() => undefined);
    if (!frame) return;
    times.push(Number(frame.payload));
  }
}

interface Ending {
  readonly topic: string;
  /** The token that bob's connection has. */
  readonly token: string;
  /** Resolves at the moment from which the two seconds count. */
  end(): Promise<void>;
}

async function withServiceToken(topic: string): Promise<Ending> {
  const operator = await scene.token('operator', ['administer']);
  const headers = { 'content-type': 'application/json' };
  const request = { name: scene.slug(), subject: 'bob', permissions: [`can_consume:${topic}`] };
  const address = '/api/v1/service-tokens';
  const made = await scene.ask(address, operator, { method: 'POST', headers, body: JSON.stringify(request) });
  const { id, token } = (await made.json()) as { id: string; token: string };
  return {
    topic,
    token,
    end: async () => {
      const answer = await scene.ask(`${address}/${id}`, operator, { method: 'DELETE' });
      expect(answer.status).toBe(204);
    },
  };
}

const ENDINGS: Readonly<Record<string, (topic: string) => Promise<Ending>>> = {
  'his token ended': async (topic) => {
    // A token's times are whole seconds.
    const ends = (Math.floor(Date.now() / 1000) + LIFETIME_SECONDS) * 1000;
    const token = await scene.token('bob', [`can_consume:${topic}`], LIFETIME_SECONDS);
    const end = () => new Promise<void>((resolve) => setTimeout(resolve, ends - Date.now()));
    return { topic, token, end };
  },
  'his right was taken away': async (topic) => {
    await scene.administer('PATCH', `/${topic}`, { grant: { can_consume: ['bob'] } });
    const end = () => scene.administer('PATCH', `/${topic}`, { revoke: { can_consume: ['bob'] } });
    return { topic, token: await scene.token('bob'), end };
  },
  'the topic was deleted': async (topic) => {
    const end = () => scene.administer('DELETE', `/${topic}`);
    return { topic, token: await scene.token('bob', [`can_consume:${topic}`]), end };
  },
  'his service token was revoked': withServiceToken,
};

describe('DLV-5, AUT-4, AUT-6, CLS-2: nothing that was published more than 2 s after is delivered', () => {
  it.concurrent.each(Object.entries(ENDINGS))(
    '%s',
    async (_, prepare) => {
      const { topic, token: alice } = await scene.madeTopic('alice');
      const ending = await prepare(topic);
      await using consumer = await scene.connect(`${topic}/b`, { token: ending.token });
      // She may make the topic anew, and goes on whatever happens.
      await using producer = await scene.connect(topic, { token: alice });
      const over = Promise.withResolvers<void>();
      const ticking = tick(producer, over.promise);
      const times: number[] = [];
      const receiving = receive(consumer, times);
      await eventually(() => times.length > 0);
      await ending.end();
      const ended = performance.now();
      await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
      over.resolve();
      await ticking;
      await receiving;
      expect(times.filter((time) => time > ended + GRACE_MS)).toEqual([]);
      expect([4401, 4403, 4404]).toContain((await consumer.closed).code);
    },
    60_000,
  );
});
