import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import type { DasfSocket } from '../harness/index.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();

async function outstanding(topic: string, token: string): Promise<string[]> {
  await using consumer = await scene.connect(`${topic}/look`, { token });
  return await payloadsUntilSilence(consumer);
}

async function payloadsUntilSilence(consumer: DasfSocket): Promise<string[]> {
  const payloads: string[] = [];
  for (;;) {
    const frame = await consumer.nextMessage(200).catch(() => undefined);
    if (frame === undefined) return payloads;
    payloads.push(frame.payload);
  }
}

describe('ACK-1 an acknowledgement is not answered', () => {
  it('unknown ids and Pulsar’s commands change no message', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ messageId: 'kept', payload: 'kept' });
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await consumer.nextMessage();
    for (const frame of [{ messageId: 'unknown' }, { type: 'ack', messageId: 'kept' }, {}])
      consumer.send(frame);
    await consumer.silence();
    expect(await outstanding(topic, token)).toEqual(['kept']);
  });
});

describe('ACK-2 cache: the first acknowledgement removes the message', () => {
  it('for every consumer that comes later', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await scene.administer('PATCH', `/${topic}`, { grant: { can_consume: ['bob'] } });
    const bobs = await scene.token('bob');
    await using producer = await scene.connect(topic, { token });
    for (const payload of ['a', 'b', 'c']) await producer.publish({ payload });
    await using bob = await scene.connect(`${topic}/b`, { token: bobs });
    const [, b] = await bob.messages(3);
    bob.acknowledge(b);
    await eventually(async () => (await outstanding(topic, token)).join() === 'a,c');
    expect(await outstanding(topic, bobs)).toEqual(['a', 'c']);
  });

  it('but a consumer that is connected has it already', async () => {
    const { topic, token } = await scene.madeTopic();
    await using first = await scene.connect(`${topic}/1`, { token });
    await using second = await scene.connect(`${topic}/2`, { token });
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ payload: 'm' });
    first.acknowledge(await first.nextMessage());
    expect((await second.nextMessage()).payload).toBe('m');
  });

  it('also by an id that was delivered on an earlier connection', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ messageId: 'late', payload: 'late' });
    const first = await scene.connect(`${topic}/c`, { token });
    const message = await first.nextMessage();
    await first[Symbol.asyncDispose]();
    await using second = await scene.connect(`${topic}/c`, { token });
    second.acknowledge(message);
    await eventually(async () => (await outstanding(topic, token)).length === 0);
  });
});

describe('ACK-5 without can_consume an acknowledgement has no effect', () => {
  it('on a topic that is not his', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ messageId: 'guessed', payload: 'm' });
    await using stranger = await scene.connect(`${topic}/s`, { token: await scene.token('mallory') });
    stranger.send({ messageId: 'guessed' });
    await stranger.silence();
    expect(await outstanding(topic, token)).toEqual(['m']);
  });
});
