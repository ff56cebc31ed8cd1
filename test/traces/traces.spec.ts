import { randomBytes } from 'node:crypto';
import { eventually } from '@dasf-broker/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, DasfSocket, startBroker } from '../harness/index.ts';
import { type CollectedSpan, Collector } from './collector.ts';

const DEADLINE_MS = 60_000;

describe('a message that is traced', () => {
  const opened = new AsyncDisposableStack();
  let collector: Collector;
  let broker: Broker;
  let token: string;

  beforeAll(async () => {
    collector = opened.use(await Collector.open());
    // Only what brings its own trace along.
    const settings = { DASF_TRACES_URL: collector.url, DASF_TRACE_RATIO: '0' };
    broker = opened.use(await startBroker({ settings }));
    token = await broker.token('ada', ['add_brokertopic', 'administer']);
  });
  afterAll(() => opened.disposeAsync());

  const newTrace = () => {
    const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
    return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
  };
  const spansOf = async (traceId: string, count: number): Promise<readonly CollectedSpan[]> => {
    const spans = () => collector.spans.filter((span) => span.traceId === traceId);
    await eventually(() => spans().length >= count, DEADLINE_MS);
    return spans();
  };
  const publish = async (topic: string, frame: object) => {
    await using producer = await DasfSocket.connect(broker.edges[0], topic, { token });
    producer.send(frame);
    return await producer.next();
  };

  it('has a span of its publishing, its fold and each delivery, at whichever edge', async () => {
    const { traceId, spanId, traceparent } = newTrace();
    await publish('traced', {});
    const others = broker.edges[1] ?? broker.edges[0];
    await using consumer = await DasfSocket.connect(others, 'traced/c', { token });
    await consumer.next();
    const frame = { messageId: 'm-1', payload: 'x', properties: { traceparent } };
    expect(await publish('traced', frame)).toMatchObject({ result: 'ok' });
    // FRM-1: as it was written.
    expect(await consumer.next()).toMatchObject({ messageId: 'm-1', properties: { traceparent } });

    const spans = await spansOf(traceId, 3);
    const published = spans.find(({ name }) => name === 'publish');
    expect(published).toMatchObject({ service: 'dasf-edge', parentSpanId: spanId, isFault: false });
    expect(published?.attributes).toMatchObject({
      'messaging.destination.name': 'traced',
      'messaging.message.id': 'm-1',
    });
    expect(published?.lasted).toBeGreaterThan(0n);
    const followed = spans.filter(({ name }) => name !== 'publish');
    expect(followed.map(({ service, name }) => `${service} ${name}`).toSorted()).toEqual([
      'dasf-edge deliver',
      'dasf-store fold',
    ]);
    for (const { parentSpanId } of followed) expect(parentSpanId).toBe(published?.spanId);
  }, 120_000);

  it('shows a refusal, with its reason', async () => {
    const { traceId, traceparent } = newTrace();
    await using stranger = await DasfSocket.connect(broker.edges[0], 'unknown-topic');
    stranger.send({ properties: { traceparent } });
    expect(await stranger.next()).toMatchObject({ result: 'send-error:6' });
    const [span, ...more] = await spansOf(traceId, 1);
    expect([span?.name, span?.isFault, more]).toEqual(['publish', true, []]);
  }, 120_000);

  it.each([
    ['one that is not recorded', (valid: string) => `${valid.slice(0, -1)}0`],
    ['one of no form', (valid: string) => valid.slice(1)],
    ['none of text', () => 7],
  ])(
    'is taken and begins nothing with %s',
    async (_, change) => {
      const before = newTrace();
      const frame = { properties: { traceparent: change(before.traceparent) } };
      expect(await publish('traced', frame)).toMatchObject({ result: 'ok' });
      const after = newTrace();
      await publish('traced', { properties: { traceparent: after.traceparent } });
      await spansOf(after.traceId, 2);
      expect(collector.spans.filter(({ traceId }) => traceId === before.traceId)).toEqual([]);
    },
    120_000,
  );

  it('is no more than a request to the api, which has one, too', async () => {
    const { traceId, spanId, traceparent } = newTrace();
    const address = new URL('/api/v1/topics', broker.api);
    const response = await fetch(address, { headers: { traceparent, authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    const [span] = await spansOf(traceId, 1);
    expect(span).toMatchObject({ service: 'dasf-api', name: 'GET /api/v1/topics', parentSpanId: spanId });
  }, 120_000);
});

it('a broker whose collector is away works and ends', async () => {
  const settings = { DASF_TRACES_URL: 'http://127.0.0.1:1/v1/traces', DASF_TRACE_RATIO: '1' };
  await using broker = await startBroker({ edges: 1, stores: 1, apis: 1, settings });
  const token = await broker.token('ada', ['add_brokertopic']);
  await using producer = await DasfSocket.connect(broker.edges[0], 'untraced', { token });
  producer.send({ payload: 'x' });
  expect(await producer.next()).toMatchObject({ result: 'ok' });
}, 120_000);
