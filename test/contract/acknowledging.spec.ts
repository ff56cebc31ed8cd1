import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { outstanding } from './outstanding.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();

const left = (topic: string, token: string) => outstanding(scene, topic, token);

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
    expect(await left(topic, token)).toEqual(['kept']);
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
    await eventually(async () => (await left(topic, token)).join() === 'a,c');
    expect(await left(topic, bobs)).toEqual(['a', 'c']);
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
    await eventually(async () => (await left(topic, token)).length === 0);
  });
});

describe('ACK-2 by rule', () => {
  it('cacheall: kept until all consumers of the topic acknowledged it', async () => {
    const { topic, alice, bob, newcomer } = await shared('cacheall');
    await acknowledged(topic, alice, 'm');
    expect(await left(topic, bob)).toEqual(['m']);
    await acknowledged(topic, bob, 'm');
    expect(await left(topic, await newcomer())).toEqual([]);
  });

  it('store: kept for ever, for those who have not acknowledged it', async () => {
    const { topic, alice, bob, newcomer } = await shared('store');
    await acknowledged(topic, alice, 'm');
    await acknowledged(topic, bob, 'm');
    expect(await left(topic, await newcomer())).toEqual(['m']);
    expect(await left(topic, alice)).toEqual([]);
  });

  it('disabled: nothing to acknowledge, and nothing happens', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await scene.administer('PATCH', `/${topic}`, { storeMessages: 'disabled' });
    await using producer = await scene.connect(topic, { token });
    for (const payload of ['a', 'b']) {
      await producer.publish({ payload });
      const frame = await consumer.nextMessage();
      expect(frame.payload).toBe(payload);
      consumer.acknowledge(frame);
    }
    expect(await left(topic, token)).toEqual([]);
  });
});

describe('ACK-3 all consumers of a topic', () => {
  it('include who only ever consumed by a token’s permission', async () => {
    const { topic, alice, bob, newcomer } = await shared('cacheall');
    const visitor = await scene.token('visitor', [`can_consume:${topic}`]);
    expect(await left(topic, visitor)).toEqual(['m']);
    await acknowledged(topic, alice, 'm');
    await acknowledged(topic, bob, 'm');
    expect(await left(topic, await newcomer())).toEqual(['m']);
  });

  it('are judged again when a right is taken away', async () => {
    const { topic, alice, newcomer } = await shared('cacheall');
    await acknowledged(topic, alice, 'm');
    await scene.administer('PATCH', `/${topic}`, { revoke: { can_consume: ['bob'] } });
    expect(await left(topic, await newcomer())).toEqual([]);
  });
});

describe('ACK-4 every acknowledgement is a sign of life', () => {
  it.each(['nobody knows it', 'known'])('also of an id that %s', async (messageId) => {
    const { topic, token } = await scene.madeTopic();
    const lastPong = async () => {
      const answer = await scene.ask(`${topic}/status/`, token, { headers: { accept: 'application/json' } });
      return ((await answer.json()) as { lastPong: string | null }).lastPong;
    };
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ messageId: 'known' });
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await consumer.nextMessage();
    expect(await lastPong()).toBeNull();
    consumer.acknowledge({ messageId });
    const since = Date.now() - Date.parse(await eventually(async () => (await lastPong()) ?? undefined));
    expect(Math.abs(since)).toBeLessThan(10_000);
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
    expect(await left(topic, token)).toEqual(['m']);
  });
});

describe('ACK-6 one id for several messages', () => {
  it('stands for those that were delivered on this connection', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await scene.administer('PATCH', `/${topic}`, { grant: { can_produce: ['bob', 'cid'] } });
    const publish = async (user: string) => {
      await using producer = await scene.connect(topic, { token: await scene.token(user) });
      expect((await producer.publish({ messageId: 'same', payload: user })).result).toBe('ok');
    };
    await using consumer = await scene.connect(`${topic}/c`, { token });
    for (const user of ['alice', 'bob']) await publish(user);
    const [first] = await consumer.messages(2);
    consumer.acknowledge(first);
    await eventually(async () => (await left(topic, token)).length === 0);
    await publish('cid');
    expect((await consumer.nextMessage()).payload).toBe('cid');
    expect(await left(topic, token)).toEqual(['cid']);
  });

  it('on another connection for those that were delivered to this user before', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await scene.administer('PATCH', `/${topic}`, { grant: { can_produce: ['bob'] } });
    for (const user of ['alice', 'bob']) {
      await using producer = await scene.connect(topic, { token: await scene.token(user) });
      await producer.publish({ messageId: 'same', payload: user });
    }
    expect(await left(topic, token)).toEqual(['alice', 'bob']);
    await using other = await scene.connect(`${topic}/other`, { token });
    other.acknowledge({ messageId: 'same' });
    await eventually(async () => (await left(topic, token)).length === 0);
  });
});

/** A topic that alice and bob consume, with one message `m` under this rule. */
async function shared(storeMessages: string) {
  const { topic, token: alice } = await scene.madeTopic('alice');
  await scene.administer('PATCH', `/${topic}`, { storeMessages, grant: { can_consume: ['bob'] } });
  await using producer = await scene.connect(topic, { token: alice });
  await producer.publish({ messageId: 'm', payload: 'm' });
  /** Somebody who becomes a consumer only now: is sent what is still there. */
  const newcomer = async () => {
    await scene.administer('PATCH', `/${topic}`, { grant: { can_consume: ['newcomer'] } });
    return scene.token('newcomer');
  };
  return { topic, alice, bob: await scene.token('bob'), newcomer };
}

/** Acknowledges a message as this user, and waits until that counts. */
async function acknowledged(topic: string, token: string, messageId: string) {
  await using consumer = await scene.connect(`${topic}/c`, { token });
  await consumer.nextMessage();
  consumer.acknowledge({ messageId });
  await eventually(async () => (await left(topic, token)).length === 0);
}
