import { describe, expect, it } from 'vitest';
import { useBroker } from './scene.ts';

const scene = useBroker();

describe('FRM-1 what the broker does not read is kept byte for byte', () => {
  it('numbers beyond 2^53, odd keys, escapes and absent fields', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    const odd =
      '"\\u0000odd":12345678901234567890.000,"properties":{"__proto__":{"a":1e400},"x":"\\ud800"},"payload":"%%%"';
    await producer.publish(`{${odd}}`);
    let text = await consumer.nextText();
    while (!text.includes('odd"')) text = await consumer.nextText();
    expect(text).toContain(odd);
    const frame = JSON.parse(text);
    expect(frame.messageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(frame).not.toHaveProperty('context');
  });

  it('a client’s publishTime is overwritten, in RFC 3339 with offset', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ messageId: 'mine', publishTime: 'yesterday' });
    const frame = await consumer.nextMessage();
    expect(frame.messageId).toBe('mine');
    expect(frame.publishTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    expect(Math.abs(Date.parse(frame.publishTime) - Date.now())).toBeLessThan(10_000);
  });
});

describe('FRM-2 an unreadable frame is answered and not stored', () => {
  it.each([
    ['no JSON', 'nonsense', null, undefined],
    ['no object', '[1]', null, undefined],
    ['payload of a wrong type', '{"messageId":"m","context":7,"payload":1}', 'm', 7],
    ['properties of a wrong type', '{"messageId":"m","context":"c","properties":[]}', 'm', 'c'],
    ['an id of a wrong type', '{"messageId":5}', null, undefined],
    ['an id that is too long', `{"messageId":"${'x'.repeat(129)}"}`, null, undefined],
    [
      'a context that is too long',
      `{"properties":{"requestContext":"${'x'.repeat(70_000)}"}}`,
      null,
      undefined,
    ],
    ['a response topic that is no name', '{"properties":{"response_topic":"a b"}}', null, undefined],
  ])('%s', async (_what, frame, messageId, context) => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    const answer = await producer.publish(frame);
    expect(answer).toMatchObject({ messageId, result: 'send-error:3' });
    expect(answer.errorMsg).not.toBe('');
    expect(answer.context).toBe(context);
    expect((await producer.publish({ payload: 'after' })).result).toBe('ok');
    await using consumer = await scene.connect(`${topic}/c`, { token });
    expect((await consumer.nextMessage()).payload).toBe('after');
  });

  it('null counts as absent', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    const nothing = '{"messageId":null,"context":null,"payload":null,"properties":null,"publishTime":null}';
    expect((await producer.publish(nothing)).result).toBe('ok');
  });

  it('on a consumer connection it is ignored', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    for (const frame of ['nonsense', '{"messageId":7}', '{"type":"permit"}', '[]']) consumer.send(frame);
    await producer.publish({ payload: 'still there' });
    expect((await consumer.nextMessage()).payload).toBe('still there');
  });
});

describe('FRM-3 kinds of frames', () => {
  it('a binary frame closes with 1003', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    producer.send(new Uint8Array([1, 2, 3]));
    expect((await producer.closed).code).toBe(1003);
  });
});

describe('FRM-3 beyond what is read at all', () => {
  it('a frame closes with 1009', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    producer.send(`{"payload":"${'x'.repeat(64 * 1024 * 1024)}"}`);
    expect((await producer.closed).code).toBe(1009);
  });
});

describe('FRM-4 fragments', () => {
  it('are messages of their own, in order', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    for (let fragment = 0; fragment < 5; fragment += 1) {
      const frame = { payload: `part ${fragment}`, properties: { num_fragments: 5, fragment } };
      expect((await producer.publish(frame)).result).toBe('ok');
    }
    const parts = await consumer.messages(5);
    expect(parts.map((frame) => frame.properties.fragment)).toEqual([0, 1, 2, 3, 4]);
  });
});
