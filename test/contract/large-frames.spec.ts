import { eventually } from '@dasf-broker/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { DasfSocket, startBroker } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';
import { outstanding } from './outstanding.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();
const MEBIBYTE = 1024 * 1024;

/** No two stretches of it are alike: a piece that is lost, doubled or in the wrong place shows. */
function payload(bytes: number): string {
  const numbers: string[] = [];
  for (let length = 0, number = 0; length < bytes; number += 1) {
    const text = `${number};`;
    numbers.push(text);
    length += text.length;
  }
  return numbers.join('').slice(0, bytes);
}

async function piecesStored(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query('select count(*)::int as count from message_piece');
    return rows[0].count;
  } finally {
    await client.end();
  }
}

describe('FRM-3 frames up to 16 MiB', () => {
  it.each([1, 3, 15.9])(
    '%d MiB: live, from the backlog, and gone when acknowledged',
    async (mebibytes) => {
      const { topic, token } = await scene.madeTopic();
      const [first, second] = scene.broker.edges;
      await using live = await DasfSocket.connect(second ?? first, `${topic}/live`, { token });
      await using producer = await DasfSocket.connect(first, topic, { token });
      const large = payload(mebibytes * MEBIBYTE);
      for (const frame of ['before', large, 'after']) {
        expect((await producer.publish({ payload: frame })).result).toBe('ok');
      }
      const received = await live.messages(3);
      expect(received.map((frame) => frame.payload === large || frame.payload)).toEqual([
        'before',
        true,
        'after',
      ]);

      await using later = await DasfSocket.connect(second ?? first, `${topic}/later`, { token });
      const backlog = await later.messages(3);
      expect(backlog.map((frame) => frame.payload === large || frame.payload)).toEqual([
        'before',
        true,
        'after',
      ]);
      for (const frame of backlog) later.acknowledge(frame);
      await eventually(async () => (await outstanding(scene, topic, token)).length === 0);
    },
    60_000,
  );

  it('are live where nothing is retained', async () => {
    const { topic, token } = await scene.madeTopic();
    await scene.administer('PATCH', `/${topic}`, { storeMessages: 'disabled' });
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    const large = payload(2 * MEBIBYTE);
    await eventually(async () => {
      expect((await producer.publish({ payload: large })).result).toBe('ok');
      return (await consumer.nextMessage(1000).catch(() => undefined))?.payload === large;
    });
    await using later = await scene.connect(`${topic}/later`, { token });
    await later.silence();
  });

  it('are delivered once where a client sends one again', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    const frame = { messageId: 'twice', payload: payload(3 * MEBIBYTE) };
    for (let time = 0; time < 2; time += 1) {
      expect(await producer.publish(frame)).toEqual({ messageId: 'twice', result: 'ok' });
    }
    expect((await consumer.nextMessage()).payload === frame.payload).toBe(true);
    await consumer.silence();
  });

  it('come whole to a consumer that was lost in the middle of one', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    await using lost = await scene.connect(`${topic}/c`, { token });
    lost.stopReading();
    const large = payload(12 * MEBIBYTE);
    expect((await producer.publish({ payload: large })).result).toBe('ok');
    lost.terminate();
    await using again = await scene.connect(`${topic}/c`, { token });
    expect((await again.nextMessage()).payload === large).toBe(true);
    expect((await producer.publish({ payload: 'next' })).result).toBe('ok');
    expect((await again.nextMessage()).payload).toBe('next');
  }, 60_000);

  it('come whole, live and once to twenty consumers, and small ones behind them in order', async () => {
    const { topic, token } = await scene.madeTopic();
    await using all = new AsyncDisposableStack();
    const consumers: DasfSocket[] = [];
    for (let number = 0; number < 20; number += 1) {
      consumers.push(all.use(await scene.connect(`${topic}/c${number}`, { token })));
    }
    await using producer = await scene.connect(topic, { token });
    const large = payload(4 * MEBIBYTE);
    for (const frame of [large, 'after']) producer.send({ payload: frame });
    for (const consumer of consumers) {
      const received = await consumer.messages(2, 30_000);
      expect(received.map((frame) => frame.payload === large || frame.payload)).toEqual([true, 'after']);
    }
  }, 60_000);

  it('do not hold up another topic’s small ones', async () => {
    const { topic: bulky, token } = await scene.madeTopic();
    const { topic: quick } = await scene.madeTopic();
    await using bulk = await scene.connect(bulky, { token });
    await using producer = await scene.connect(quick, { token });
    await using consumer = await scene.connect(`${quick}/c`, { token });
    const sending = bulk.publish({ payload: payload(15 * MEBIBYTE) });
    for (let number = 0; number < 20; number += 1) {
      expect((await producer.publish({ payload: String(number) })).result).toBe('ok');
      expect((await consumer.nextMessage()).payload).toBe(String(number));
    }
    expect((await sending).result).toBe('ok');
  }, 60_000);
});

describe.skipIf(withoutOwnBroker('FRM-3 pieces', 'its own database'))('FRM-3 pieces of large frames', () => {
  it('are gone when their message is', async () => {
    await using broker = await startBroker({ edges: 1, stores: 1, apis: 1 });
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'large', { token });
    await using consumer = await DasfSocket.connect(broker.edges[0], 'large/c', { token });
    expect((await producer.publish({ payload: payload(3 * MEBIBYTE) })).result).toBe('ok');
    const frame = await consumer.nextMessage();
    await eventually(async () => (await piecesStored(broker.databaseUrl)) > 0);
    consumer.acknowledge(frame);
    await eventually(async () => (await piecesStored(broker.databaseUrl)) === 0);
  });
});
