import { describe, expect, it } from 'vitest';
import { Module, type ModuleOptions } from './module.ts';
import { decodePayload, encodePayload } from './payload.ts';
import { answer, deliver, FakeBroker } from './testing/fake-broker.ts';

const functions: ModuleOptions['functions'] = {
  add: ({ a, b }) => Number(a) + Number(b),
  slow: async (_, report) => {
    await report('half way');
    return 'done';
  },
  fail: () => {
    throw new Error('It went wrong.');
  },
  endless: () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    return circle;
  },
  nothing: () => undefined,
};

async function connect(broker: FakeBroker, more: Partial<ModuleOptions> = {}) {
  broker.onFrame = (frame, connection) => {
    if (frame.properties) answer(frame, connection);
  };
  const module = new Module({ url: broker.url, topic: 'weather', functions, ...more });
  await module.connected;
  return { module, consumer: await broker.connection('weather/') };
}

const request = (body: unknown, context: string | number = 7) => ({
  payload: encodePayload(body),
  properties: { messageType: 'request', requestContext: context, response_topic: 'answers' },
});

const probe = (messageType: string) => ({
  payload: '',
  properties: { messageType, requestContext: 1, response_topic: 'status-ping' },
});

describe('Module', () => {
  it('AVL-3: acknowledges a ping and answers with a pong', async () => {
    await using broker = await FakeBroker.start();
    const { module, consumer } = await connect(broker);
    await using _ = module;
    deliver(consumer, probe('ping'));
    const { frames } = await broker.connection('status-ping', 1);
    expect(frames[0]).toMatchObject({
      payload: '',
      properties: { messageType: 'pong', source_topic: 'weather', requestContext: '1' },
    });
    await expect.poll(() => consumer.frames, { timeout: 5000 }).toEqual([{ messageId: expect.any(String) }]);
  });

  it('AVL-4: describes its functions', async () => {
    await using broker = await FakeBroker.start();
    const { module, consumer } = await connect(broker);
    await using _ = module;
    deliver(consumer, probe('api_info'));
    const [frame] = (await broker.connection('status-ping', 1)).frames;
    expect(frame?.properties).toMatchObject({ messageType: 'response', source_topic: 'weather' });
    expect(JSON.parse(String(frame?.properties?.['api_info']))).toEqual({
      functions: Object.keys(functions).map((name) => ({ name })),
    });
  });

  it('answers a request on its response topic, with its context as text', async () => {
    await using broker = await FakeBroker.start();
    const { module, consumer } = await connect(broker);
    await using _ = module;
    deliver(consumer, request({ func_name: 'add', a: 1, b: 2 }));
    deliver(consumer, request({ func_name: 'add', a: 3, b: 4 }, 'own'));
    const { frames } = await broker.connection('answers', 2);
    expect(frames.map(({ payload = '', properties }) => [decodePayload(payload), properties])).toEqual([
      [3, { messageType: 'response', requestContext: '7', source_topic: 'weather', status: 'success' }],
      [7, { messageType: 'response', requestContext: 'own', source_topic: 'weather', status: 'success' }],
    ]);
    expect(broker.connections.filter(({ path }) => path === 'answers')).toHaveLength(1);
  });

  it('answers with nothing where a function returns nothing', async () => {
    await using broker = await FakeBroker.start();
    const { module, consumer } = await connect(broker);
    await using _ = module;
    deliver(consumer, request({ func_name: 'nothing' }));
    const { frames } = await broker.connection('answers', 1);
    expect(frames[0]).toMatchObject({ payload: '', properties: { status: 'success' } });
  });

  it('reports progress before its answer', async () => {
    await using broker = await FakeBroker.start();
    const { module, consumer } = await connect(broker);
    await using _ = module;
    deliver(consumer, request({ func_name: 'slow' }));
    const { frames } = await broker.connection('answers', 2);
    expect(frames.map(({ properties }) => properties?.['messageType'])).toEqual(['progress', 'response']);
    expect(decodePayload(frames[0]?.payload ?? '')).toMatchObject({
      step_message: 'half way',
      status: 'running',
    });
  });

  it.each([
    ['a function that fails', encodePayload({ func_name: 'fail' }), 'It went wrong.'],
    [
      'a function that it has not',
      encodePayload({ func_name: 'toString' }),
      'There is no function "toString"',
    ],
    ['no function at all', encodePayload(null), ''],
    ['no JSON', 'e30x', ''],
  ])('answers %s with an error', async (_what, payload, message) => {
    await using broker = await FakeBroker.start();
    const { module, consumer } = await connect(broker);
    await using _ = module;
    deliver(consumer, { ...request({}), payload });
    const { frames } = await broker.connection('answers', 1);
    expect(frames[0]?.properties).toMatchObject({ messageType: 'response', status: 'error' });
    expect(decodePayload(frames[0]?.payload ?? '')).toContain(message);
  });

  it('lives on where nobody takes its answer any more, and says so', async () => {
    await using broker = await FakeBroker.start();
    const lost: Error[] = [];
    const { module, consumer } = await connect(broker, { onLostAnswer: (reason) => lost.push(reason) });
    await using _ = module;
    broker.onFrame = (frame, connection) => answer(frame, connection, 'send-error:6');
    deliver(consumer, request({ func_name: 'add', a: 1, b: 2 }));
    deliver(consumer, request({ func_name: 'slow' }));
    deliver(consumer, probe('ping'));
    await expect.poll(() => lost.length, { timeout: 5000 }).toBe(4);
    expect(lost.every((reason) => (reason as Error & { code: string }).code === 'send-error:6')).toBe(true);
    broker.onFrame = answer;
    deliver(consumer, request({ func_name: 'add', a: 1, b: 2 }));
    await broker.connection('answers', 4);
  });

  it('ignores what asks for no answer', async () => {
    await using broker = await FakeBroker.start();
    const { module, consumer } = await connect(broker);
    await using _ = module;
    deliver(consumer, {});
    deliver(consumer, { properties: { messageType: 'request', requestContext: 1 } });
    deliver(consumer, { properties: { messageType: 'info', requestContext: 1, response_topic: 'answers' } });
    await expect.poll(() => consumer.frames.length, { timeout: 5000 }).toBe(3);
    expect(broker.connections).toHaveLength(1);
  });

  it('comes back after a loss', async () => {
    await using broker = await FakeBroker.start();
    const { module, consumer } = await connect(broker);
    await using _ = module;
    consumer.socket.terminate();
    deliver(await broker.connection('weather/', 0, consumer), probe('ping'));
    await broker.connection('status-ping', 1);
  });

  it('says when it is refused for good', async () => {
    await using broker = await FakeBroker.start();
    broker.refuseWith = 401;
    await using module = new Module({ url: broker.url, topic: 'weather', functions });
    await expect(module.connected).rejects.toThrow('HTTP 401');
  });
});
