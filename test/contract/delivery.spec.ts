import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, DasfSocket, startBroker } from '../harness/index.ts';

let broker: Broker;
let token: string;

beforeAll(async () => {
  broker = await startBroker();
  token = await broker.token('alice', ['add_brokertopic']);
});
afterAll(() => broker[Symbol.asyncDispose]());

const slug = () => `t-${crypto.randomUUID()}`;
const connect = (path: string, edge = 0) =>
  DasfSocket.connect(broker.edges[edge] ?? broker.edges[0], path, { token });

/** A topic that exists, since a message to it has been published and acknowledged. */
async function madeTopic(): Promise<string> {
  const topic = slug();
  await using producer = await connect(topic);
  await producer.publish({ payload: 'first' });
  await using consumer = await connect(`${topic}/maker`);
  consumer.acknowledge(await consumer.nextMessage());
  return topic;
}

describe('DLV-1 every connected consumer gets every message', () => {
  it('whatever its subscription name and edge', async () => {
    const topic = await madeTopic();
    await using first = await connect(`${topic}/same`, 0);
    await using second = await connect(`${topic}/same`, 1);
    await using third = await connect(`${topic}/other`, 1);
    await using producer = await connect(topic);
    await producer.publish({ payload: 'hello' });
    for (const consumer of [first, second, third]) {
      expect((await consumer.nextMessage()).payload).toBe('hello');
    }
  });
});

describe('DLV-2 outstanding messages first, then live ones, no gap and nothing twice', () => {
  it('while messages keep coming', async () => {
    const topic = await madeTopic();
    await using producer = await connect(topic);
    const count = 300;
    const publishing = (async () => {
      for (let index = 0; index < count; index += 1) {
        expect((await producer.publish({ payload: String(index) })).result).toBe('ok');
      }
    })();
    await using early = await connect(`${topic}/early`, 1);
    const received = await early.messages(count);
    await publishing;
    expect(received.map((frame) => Number(frame.payload))).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
    await early.silence();
  });
});

describe('DLV-6 what nobody acknowledged comes again', () => {
  it('when the user reconnects', async () => {
    const topic = await madeTopic();
    await using producer = await connect(topic);
    for (const payload of ['a', 'b', 'c']) await producer.publish({ payload });
    const first = await connect(`${topic}/x`);
    const [, b] = await first.messages(3);
    first.acknowledge(b);
    await first[Symbol.asyncDispose]();
    await using again = await connect(`${topic}/x`, 1);
    expect((await again.messages(2)).map((frame) => frame.payload)).toEqual(['a', 'c']);
    await again.silence();
  });
});
