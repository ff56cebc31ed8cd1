import { describe, expect, it } from 'vitest';
import { useOwnBroker } from '../contract/scene.ts';

const scene = useOwnBroker({ DASF_CONSUMER_BUFFER_BYTES: '64KiB' });

describe('T27: what was stored', () => {
  it('is sent to nobody without the right, however often he comes, and whatever he acknowledges', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await using producer = await scene.connect(topic, { token });
    expect((await producer.publish({ messageId: 'secret', payload: 's' })).result).toBe('ok');
    const stranger = await scene.token('mallory', ['add_brokertopic', 'can_produce:*']);
    for (let time = 0; time < 3; time += 1) {
      await using consumer = await scene.connect(`${topic}/c${time}`, { token: stranger });
      consumer.acknowledge({ messageId: 'secret' });
      await consumer.silence();
    }
    await using owner = await scene.connect(`${topic}/c`, { token });
    expect((await owner.nextMessage()).messageId).toBe('secret');
  });

  it('comes no faster than it is read, to many who ask at once, and whole', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await using producer = await scene.connect(topic, { token });
    const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
    for (const messageId of ids) await producer.publish({ messageId, payload: 'x'.repeat(50_000) });
    const consumers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => scene.connect(`${topic}/c${index}`, { token })),
    );
    for (const consumer of consumers.slice(1)) consumer.stopReading();
    const [quick, ...slow] = consumers;
    expect((await quick?.messages(40))?.map(({ messageId }) => messageId)).toEqual(ids);
    for (const consumer of slow) consumer.readAgain();
    const received = await Promise.all(slow.map((consumer) => consumer.messages(40)));
    for (const messages of received) expect(messages.map(({ messageId }) => messageId)).toEqual(ids);
    for (const consumer of consumers) await consumer[Symbol.asyncDispose]();
  });
});
