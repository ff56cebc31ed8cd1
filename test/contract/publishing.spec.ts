import { describe, expect, it } from 'vitest';
import { DasfSocket } from '../harness/index.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();

describe('PUB-1 each frame gets one answer, in the order of the frames', () => {
  it('whether it is taken or not', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    const frames = Array.from({ length: 200 }, (_, index) =>
      index % 7 === 0
        ? `{"messageId":"${index}","payload":7}`
        : `{"messageId":"${index}","context":${index}}`,
    );
    for (const frame of frames) producer.send(frame);
    for (const [index] of frames.entries()) {
      const answer = await producer.next();
      expect(answer.messageId).toBe(String(index));
      expect(answer.result).toBe(index % 7 === 0 ? 'send-error:3' : 'ok');
    }
  });

  it('echoes the context unchanged in type', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    expect(await producer.publish({ messageId: 'a', context: 5 })).toEqual({
      messageId: 'a',
      context: 5,
      result: 'ok',
    });
    expect((await producer.publish({ context: '5' })).context).toBe('5');
    producer.send('{"context":12345678901234567890}');
    expect(await producer.nextText()).toContain('"context":12345678901234567890');
  });
});

describe('PUB-2 ok is a promise', () => {
  it('of delivery to whoever comes later, under any edge', async () => {
    const { topic, token } = await scene.madeTopic();
    const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
    for (const messageId of ids) {
      await using producer = await scene.connect(topic, { token });
      expect((await producer.publish({ messageId })).result).toBe('ok');
      producer.terminate();
    }
    await using consumer = await scene.connect(`${topic}/c`, { token });
    expect((await consumer.messages(ids.length)).map((frame) => frame.messageId)).toEqual(ids);
  });

  it('under `disabled` that who is connected is sent it', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await scene.administer('PATCH', `/${topic}`, { storeMessages: 'disabled' });
    await using producer = await scene.connect(topic, { token });
    expect((await producer.publish({ payload: 'live' })).result).toBe('ok');
    expect((await consumer.nextMessage()).payload).toBe('live');
  });
});

describe('PUB-3 a message makes its topic', () => {
  it('where the user may, and gives him both rights', async () => {
    const topic = scene.slug();
    const token = await scene.token('alice', ['add_brokertopic']);
    await using producer = await scene.connect(topic, { token });
    expect((await producer.publish({ payload: 'one' })).result).toBe('ok');
    const plain = await scene.token('alice');
    await using consumer = await scene.connect(`${topic}/c`, { token: plain });
    expect((await consumer.nextMessage()).payload).toBe('one');
    await using again = await scene.connect(topic, { token: plain });
    expect((await again.publish({ payload: 'two' })).result).toBe('ok');
  });

  it.each(['response', 'pong', 'progress', 'log', 'info'])('but not a %s', async (messageType) => {
    const topic = scene.slug();
    const token = await scene.token('alice', ['add_brokertopic']);
    await using producer = await scene.connect(topic, { token });
    const answer = await producer.publish({ properties: { messageType } });
    expect(answer.errorMsg).toBe(`Topic ${topic} does not exist.`);
  });

  it('and not one with a source topic', async () => {
    const topic = scene.slug();
    const token = await scene.token('alice', ['add_brokertopic']);
    await using producer = await scene.connect(topic, { token });
    expect((await producer.publish({ properties: { source_topic: 'weather' } })).result).toBe('send-error:6');
  });

  it('once, when several messages come at the same time', async () => {
    const topic = scene.slug();
    const token = await scene.token('alice', ['add_brokertopic']);
    await using consumer = await scene.connect(`${topic}/c`, { token });
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await using producer = await scene.connect(topic, { token });
        return (await producer.publish({ payload: String(index) })).result;
      }),
    );
    expect(answers).toEqual(Array(8).fill('ok'));
    const payloads = (await consumer.messages(8)).map((frame) => frame.payload).toSorted();
    expect(payloads).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });
});

describe('PUB-4, PUB-5, PUB-6 what is refused, and how', () => {
  it('PUB-5: the user may not create topics', async () => {
    await using producer = await scene.connect(scene.slug(), { token: await scene.token('bob') });
    const answer = await producer.publish({ context: 3 });
    expect(answer).toMatchObject({
      context: 3,
      result: 'send-error:6',
      errorMsg: 'User is not allowed to create topics.',
    });
  });

  it('PUB-6: the topic is not open to the user', async () => {
    const { topic } = await scene.madeTopic('alice');
    await using producer = await scene.connect(topic, { token: await scene.token('bob') });
    const answer = await producer.publish({});
    expect(answer).toMatchObject({
      result: 'send-error:6',
      errorMsg: 'User is not allowed to publish to this topic',
    });
  });

  it('PUB-4: a topic that was deleted', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await using producer = await scene.connect(topic, { token: await scene.token('alice') });
    expect((await producer.publish({})).result).toBe('ok');
    await scene.administer('DELETE', `/${topic}`);
    expect((await producer.publish({})).errorMsg).toBe('User is not allowed to create topics.');
    await using maker = await scene.connect(topic, { token });
    const late = { properties: { messageType: 'response' } };
    expect((await maker.publish(late)).errorMsg).toBe(`Topic ${topic} does not exist.`);
  });
});

describe('PUB-7 the numbers of errors', () => {
  it.each([
    [3, 'what cannot be read', '{'],
    [3, 'a bad name', { properties: { response_topic: 'no name' } }],
    [3, 'a bad source topic', { properties: { source_topic: 'no/name' } }],
    [6, 'a response topic that is an ordinary topic', 'own'],
    [6, 'a topic that is not open', 'other'],
    [6, 'a topic that does not exist', 'unknown'],
  ])('%i for %s', async (number, _what, frame) => {
    const { topic, token } = await scene.madeTopic('alice');
    const { topic: other } = await scene.madeTopic('bob');
    const path = frame === 'other' ? other : frame === 'unknown' ? scene.slug() : topic;
    const asked = frame === 'unknown' ? { properties: { messageType: 'response' } } : {};
    const sent = frame === 'own' ? { properties: { response_topic: other } } : frame;
    await using producer = await scene.connect(path, { token });
    const answer = await producer.publish(typeof sent === 'object' || sent === '{' ? sent : asked);
    expect(answer.result).toBe(`send-error:${number}`);
    expect(answer.result).toContain('error');
    expect(answer.errorMsg).toMatch(/\S/);
    expect(answer).toHaveProperty('messageId');
  });
});

describe('PUB-8 the same id again', () => {
  it('is answered ok and delivered once, on any edge', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using first = await scene.connect(topic, { token });
    await using second = await scene.connect(topic, { token });
    for (const producer of [first, second, first]) {
      for (const messageId of ['x', 'y']) {
        expect(await producer.publish({ messageId, payload: messageId })).toEqual({
          messageId,
          result: 'ok',
        });
      }
    }
    expect((await consumer.messages(2)).map((frame) => frame.messageId)).toEqual(['x', 'y']);
    await consumer.silence();
  });

  it('by another user is another message', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await scene.administer('PATCH', `/${topic}`, { grant: { can_produce: ['bob'] } });
    await using consumer = await scene.connect(`${topic}/c`, { token });
    for (const user of ['alice', 'bob']) {
      await using producer = await scene.connect(topic, { token: await scene.token(user) });
      await producer.publish({ messageId: 'same', payload: user });
    }
    expect((await consumer.messages(2)).map((frame) => frame.payload)).toEqual(['alice', 'bob']);
  });
});

describe('PUB-10 what another edge has just made is known', () => {
  it('the answer to a request, milliseconds after its response topic was made', async () => {
    const { topic, token } = await scene.madeTopic('module');
    await scene.administer('PATCH', `/${topic}`, { public: true });
    const carol = await scene.token('carol');
    const [near] = scene.broker.edges;
    const far = scene.broker.edges.at(-1) ?? near;
    await using caller = await DasfSocket.connect(near, topic, { token: carol });
    for (let round = 0; round < 25; round += 1) {
      const answers = `${topic}_${String(round).padStart(8, 'x')}`;
      await using module = await DasfSocket.connect(far, answers, { token });
      await using listening = await DasfSocket.connect(far, `${answers}/c`, { token: carol });
      expect((await caller.publish({ properties: { response_topic: answers } })).result).toBe('ok');
      const late = { payload: 'answer', properties: { messageType: 'response' } };
      expect(await module.publish(late)).toMatchObject({ result: 'ok' });
      expect((await listening.nextMessage()).payload).toBe('answer');
    }
  });

  it('the right to consume that was given a moment ago', async () => {
    const { topic, token } = await scene.madeTopic('alice');
    await using producer = await scene.connect(topic, { token });
    for (let round = 0; round < 10; round += 1) {
      const user = `user-${round}`;
      await using waiting = await scene.connect(`${topic}/c`, { token: await scene.token(user) });
      await scene.administer('PATCH', `/${topic}`, { grant: { can_consume: [user] } });
      await producer.publish({ payload: String(round) });
      const seen = (await waiting.messages(round + 1)).map((frame) => frame.payload);
      expect(seen.at(-1)).toBe(String(round));
    }
  });
});
