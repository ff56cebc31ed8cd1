import { describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { decodePayload, encodePayload } from './payload.ts';
import { answer, deliver, FakeBroker, type SentFrame } from './testing/fake-broker.ts';

interface Reply {
  readonly payload: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const reply = (payload: string, more: object = {}): Reply => ({
  payload,
  properties: { messageType: 'response', status: 'success', ...more },
});

/** A broker with a module behind it that gives these replies to each request, in this order. */
async function brokerWith(replies: (request: SentFrame) => readonly Reply[]) {
  const broker = await FakeBroker.start();
  broker.onFrame = (frame, connection) => {
    if (!frame.properties) return; // an acknowledgement
    answer(frame, connection);
    const { response_topic: topic, requestContext } = frame.properties;
    const consumer = broker.connections.find(({ path }) => path.startsWith(`${topic}/`));
    for (const { payload, properties } of replies(frame)) {
      if (consumer)
        deliver(consumer, { payload, properties: { requestContext: String(requestContext), ...properties } });
    }
  };
  return broker;
}

describe('Caller', () => {
  it('calls a function with arguments and gets what it returned', async () => {
    await using broker = await brokerWith(({ payload = '' }) => [
      reply(encodePayload({ got: decodePayload(payload) })),
    ]);
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    expect(await caller.call('mean', { of: [1, 2], ü: 'ß' })).toEqual({
      got: { func_name: 'mean', of: [1, 2], ü: 'ß' },
    });
  });

  it('asks with a response topic of its own, one context for each call (RSP-2: it is listening before)', async () => {
    await using broker = await brokerWith(() => [reply('')]);
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    await Promise.all([caller.call('a'), caller.call('b')]);
    const { frames } = await broker.connection('weather', 2);
    const topics = frames.map(({ properties }) => properties?.['response_topic'] as string);
    expect(topics[0]).toMatch(/^weather_[A-Za-z]{8}$/);
    expect(topics[1]).toBe(topics[0]);
    expect(frames.map(({ properties }) => properties?.['requestContext'])).toEqual([1, 2]);
  });

  it('acknowledges what it gets', async () => {
    await using broker = await brokerWith(() => [reply('')]);
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    expect(await caller.call('a')).toBeUndefined();
    const consumer = await broker.connection('weather_', 1);
    expect(consumer.frames).toEqual([{ messageId: expect.any(String) }]);
  });

  it.each([
    [[0, 1, 2], (part: number) => part],
    [[2, 0, 1], (part: number) => part],
    [[0, 0, 1, 2], (part: number) => part],
    [[0, 1, 2], String],
  ])('FRM-4: puts fragments together that come as %j', async (order, write) => {
    const whole = encodePayload({ answer: 'ü'.repeat(100) });
    const cut = [whole.slice(0, 7), whole.slice(7, 50), whole.slice(50)];
    await using broker = await brokerWith(() =>
      order.map((part) =>
        reply(cut[part] ?? '', { fragment: write(part), num_fragments: write(cut.length) }),
      ),
    );
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    expect(await caller.call('a')).toEqual({ answer: 'ü'.repeat(100) });
  });

  it('keeps calls apart whose answers cross', async () => {
    const requests: SentFrame[] = [];
    await using broker = await brokerWith((request) => {
      requests.unshift(request);
      if (requests.length < 2) return [];
      return requests.map(({ payload = '', properties }) =>
        reply(payload, { requestContext: String(properties?.['requestContext']) }),
      );
    });
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    const answers = await Promise.all([caller.call('a'), caller.call('b')]);
    expect(answers).toEqual([{ func_name: 'a' }, { func_name: 'b' }]);
  });

  it('tells of progress, and takes it for no answer', async () => {
    const progress = { properties: { messageType: 'progress' } };
    await using broker = await brokerWith(() => [
      { payload: encodePayload({ step: 1 }), ...progress },
      { payload: '', ...progress },
      { payload: 'no JSON', ...progress },
      reply(encodePayload('done')),
    ]);
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    const reports: unknown[] = [];
    expect(await caller.call('a', {}, { onProgress: (report) => reports.push(report) })).toBe('done');
    expect(reports).toEqual([{ step: 1 }]);
  });

  it.each([encodePayload('went wrong'), Buffer.from('went wrong').toString('base64')])(
    'rejects where the function failed: %s',
    async (payload) => {
      await using broker = await brokerWith(() => [reply(payload, { status: 'error' })]);
      await using caller = new Caller({ url: broker.url, topic: 'weather' });
      await expect(caller.call('a')).rejects.toMatchObject({ name: 'ModuleError', message: 'went wrong' });
    },
  );

  it('rejects where the answer is no JSON', async () => {
    await using broker = await brokerWith(() => [reply(Buffer.from('{').toString('base64'))]);
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    await expect(caller.call('a')).rejects.toThrow(SyntaxError);
  });

  it('rejects where the broker does not take the request', async () => {
    await using broker = await FakeBroker.start();
    broker.onFrame = (frame, connection) => answer(frame, connection, 'send-error:6');
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    await expect(caller.call('a')).rejects.toMatchObject({ code: 'send-error:6' });
  });

  it('rejects after a time that was asked for', async () => {
    await using broker = await brokerWith(() => []);
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    await expect(caller.call('a', {}, { timeout: 50 })).rejects.toThrow('did not answer in time');
  });

  it('rejects where the broker refuses it for good, also without anyone waiting at that time', async () => {
    await using broker = await FakeBroker.start();
    broker.refuseWith = 401;
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    await expect.poll(() => broker.upgrades, { timeout: 10_000 }).toBe(2);
    await expect(caller.call('a')).rejects.toThrow('HTTP 401');
  });

  it('CLS-2: rejects open calls and later ones where its consumer is ended for good', async () => {
    await using broker = await brokerWith(() => []);
    await using caller = new Caller({ url: broker.url, topic: 'weather' });
    const call = expect(caller.call('a')).rejects.toThrow('4401');
    await broker.connection('weather', 1);
    (await broker.connection('weather_')).socket.close(4401, 'expired');
    await call;
    await expect(caller.call('a')).rejects.toThrow('4401');
  });

  it('rejects open calls when it is closed', async () => {
    await using broker = await brokerWith(() => []);
    const caller = new Caller({ url: broker.url, topic: 'weather' });
    const call = expect(caller.call('a')).rejects.toThrow('closed');
    await broker.connection('weather', 1);
    await caller[Symbol.asyncDispose]();
    await call;
  });
});
