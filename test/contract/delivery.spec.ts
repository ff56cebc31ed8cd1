import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { useBroker } from './scene.ts';

const scene = useBroker();

describe('DLV-1 every connected consumer gets every message', () => {
  it('whatever its subscription name and edge', async () => {
    const { topic, token } = await scene.madeTopic();
    await using first = await scene.connect(`${topic}/same`, { token });
    await using second = await scene.connect(`${topic}/same`, { token });
    await using third = await scene.connect(`${topic}/other`, { token });
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ payload: 'hello' });
    for (const consumer of [first, second, third]) {
      expect((await consumer.nextMessage()).payload).toBe('hello');
    }
  });
});

describe('DLV-2 outstanding messages first, then live ones, no gap and nothing twice', () => {
  it('while messages keep coming', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    const count = 300;
    const publishing = (async () => {
      for (let index = 0; index < count; index += 1) {
        expect((await producer.publish({ payload: String(index) })).result).toBe('ok');
      }
    })();
    await using early = await scene.connect(`${topic}/early`, { token });
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
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    for (const payload of ['a', 'b', 'c']) await producer.publish({ payload });
    const first = await scene.connect(`${topic}/x`, { token });
    const [, b] = await first.messages(3);
    first.acknowledge(b);
    await first[Symbol.asyncDispose]();
    // An acknowledgement has no answer: it counts once the log has it.
    await eventually(async () => {
      await using again = await scene.connect(`${topic}/x`, { token });
      const payloads = (await again.messages(2)).map((frame) => frame.payload);
      expect(payloads[0]).toBe('a');
      return payloads[1] === 'c' && again.silence().then(() => true);
    });
  });
});

describe('DLV-3 order within a topic is the order of the log', () => {
  it('for all consumers, whoever publishes', async () => {
    const { topic, token } = await scene.madeTopic();
    await using first = await scene.connect(`${topic}/a`, { token });
    await using second = await scene.connect(`${topic}/b`, { token });
    await Promise.all(
      ['p', 'q', 'r'].map(async (name) => {
        await using producer = await scene.connect(topic, { token });
        for (let index = 0; index < 50; index += 1) await producer.publish({ payload: `${name}${index}` });
      }),
    );
    const seen = (await first.messages(150)).map((frame) => frame.payload);
    expect((await second.messages(150)).map((frame) => frame.payload)).toEqual(seen);
    const numbersOfP = seen
      .filter((payload) => payload.startsWith('p'))
      .map((payload) => Number(payload.slice(1)));
    expect(numbersOfP).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});

describe('DLV-4 what is outstanding for whom', () => {
  it.each([
    ['cache', [], []],
    ['cacheall', [], ['m']],
    ['store', [], ['m']],
    ['disabled', [], []],
  ])('%s', async (storeMessages, forAlice, forBob) => {
    const { topic, token } = await scene.madeTopic('alice');
    await scene.administer('PATCH', `/${topic}`, { storeMessages, grant: { can_consume: ['bob'] } });
    await using producer = await scene.connect(topic, { token });
    {
      await using alice = await scene.connect(`${topic}/a`, { token });
      await producer.publish({ payload: 'm' });
      alice.acknowledge(await alice.nextMessage());
      await alice.silence(200);
    }
    const bobs = await scene.token('bob');
    for (const [user, expected] of [
      [token, forAlice],
      [bobs, forBob],
    ] as const) {
      await using again = await scene.connect(`${topic}/again`, { token: user });
      const got = (await again.messages(expected.length)).map((frame) => frame.payload);
      expect(got).toEqual(expected);
      await again.silence(200);
    }
  });
});

describe('DLV-5 permission is checked at delivery', () => {
  it('after a revocation nothing comes, and the connection ends with 4403', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await scene.administer('PATCH', `/${topic}`, { grant: { can_consume: ['bob'] } });
    await using bob = await scene.connect(`${topic}/b`, { token: await scene.token('bob') });
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ payload: 'before' });
    expect((await bob.nextMessage()).payload).toBe('before');
    await scene.administer('PATCH', `/${topic}`, { revoke: { can_consume: ['bob'] } });
    await producer.publish({ payload: 'after' });
    expect((await bob.closed).code).toBe(4403);
    await bob.silence(100);
  });
});

describe('DLV-9 a published ping is live only', () => {
  it('and never outstanding', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    {
      await using consumer = await scene.connect(`${topic}/c`, { token });
      await eventually(async () => {
        const ping = { payload: 'browser', properties: { messageType: 'ping', requestContext: 1 } };
        expect((await producer.publish(ping)).result).toBe('ok');
        const frame = await consumer.next(200).catch(() => undefined);
        return frame?.payload === 'browser';
      });
    }
    await using later = await scene.connect(`${topic}/c`, { token });
    for (;;) {
      const frame = await later.next(300).catch(() => undefined);
      if (!frame) break;
      expect(frame.payload).toBe('');
    }
  });
});
