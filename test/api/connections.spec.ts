import { eventually } from '@dasf-broker/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Broker, DasfSocket, type Json, startBroker } from '../harness/index.ts';
import { operatorOf } from './setup/operator.ts';

let broker: Broker;
let olga: ReturnType<typeof operatorOf>;
beforeAll(async () => {
  broker = await startBroker({ edges: 2, stores: 1, apis: 1 });
  olga = operatorOf(broker);
});
afterAll(() => broker?.[Symbol.asyncDispose]());

const connect = async (edge: number, path: string, user: string, protocols: string[] = []) =>
  DasfSocket.connect(broker.edges[edge] ?? '', path, { token: await broker.token(user), protocols });

const listed = (query: string, count: number): Promise<Json> =>
  eventually(async () => {
    const { body } = await olga.ask(`connections?${query}`);
    return body.connections?.length === count ? body : undefined;
  });

it('shows the connections of all edges, a page at a time', async () => {
  await using _consumer = await connect(0, 'tides/s', 'ada');
  await using _producer = await connect(1, 'tides', 'bob');
  await using _pong = await connect(1, 'status-ping', 'ada');
  const { connections, next, silent } = await listed('', 3);
  expect([next, silent]).toEqual([null, []]);
  const byKind = new Map<string, Json>(connections.map((one: Json) => [one.kind, one]));
  expect(byKind.get('consumer')).toEqual({
    id: expect.stringMatching(/^[-0-9a-f]{36}$/),
    edge: expect.any(String),
    kind: 'consumer',
    topic: 'tides',
    subscription: 's',
    user: 'ada',
    address: expect.stringContaining('127.0.0.1'),
    serviceToken: null,
    since: expect.stringMatching(/Z$/),
    unsentBytes: 0,
  });
  expect(byKind.get('producer')).toMatchObject({ topic: 'tides', subscription: null, user: 'bob' });
  expect(byKind.get('pong')).toMatchObject({ topic: null, user: 'ada' });
  expect(byKind.get('consumer').edge).not.toBe(byKind.get('producer').edge);
  const ids = connections.map(({ id }: Json) => id);
  expect(ids).toEqual(ids.toSorted());
  const first = await listed('limit=2', 2);
  expect(first.next).toBe(ids[1]);
  expect((await listed(`limit=2&after=${first.next}`, 1)).connections[0].id).toBe(ids[2]);
  await listed('user=ada', 2);
  await listed('topic=tides&kind=consumer', 1);
  await listed(`edge=${byKind.get('pong').edge}`, 2);
  await listed('topic=nowhere', 0);
});

it('ends one, so that its client comes back, and no other', async () => {
  await using old = await connect(0, 'waves/s', 'ada');
  await using other = await connect(1, 'waves/t', 'ada');
  await using young = await connect(1, 'waves/u', 'cid', ['dasf']);
  const { connections } = await listed('topic=waves', 3);
  const idOf = (subscription: string) =>
    connections.find((one: Json) => one.subscription === subscription).id;
  expect(await olga.ask(`connections/${idOf('s')}`, 'DELETE')).toEqual({ status: 204, body: null });
  // CLS-1: without a Close frame, which stops the Python client for good; with one where its client knows it.
  expect((await old.closed).code).toBe(1006);
  expect((await olga.ask(`connections/${idOf('u')}`, 'DELETE')).status).toBe(204);
  expect(await young.closed).toEqual({ code: 1013, reason: 'ended by an operator' });
  expect((await listed('topic=waves', 1)).connections[0].subscription).toBe('t');
  expect(other.isOpen).toBe(true);
  expect(await olga.ask(`connections/${idOf('s')}`, 'DELETE')).toMatchObject({
    status: 404,
    body: { code: 'CONNECTION_UNKNOWN' },
  });
  const acts = await eventually(async () => {
    const { body } = await olga.ask(`audit?act=connection-end&target=${idOf('s')}`);
    return body.acts[0]?.outcome && body.acts.length === 2 ? body.acts : undefined;
  });
  expect(acts.map(({ outcome }: Json) => outcome)).toEqual(['CONNECTION_UNKNOWN', 'done']);
});

it('is for operators alone', async () => {
  await using mine = await connect(0, 'mine/s', 'ada');
  const { connections } = await listed('topic=mine', 1);
  const all = ['can_produce:*', 'can_consume:*', 'can_view_status:*', 'add_brokertopic'];
  for (const [path, method] of [
    ['connections', 'GET'],
    [`connections/${connections[0].id}`, 'DELETE'],
  ] as const) {
    expect(await olga.askAs('ada', all, path, method)).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    expect((await fetch(new URL(`/api/v1/${path}`, broker.api), { method })).status).toBe(401);
  }
  expect(mine.isOpen).toBe(true);
  for (const query of ['limit=0', 'limit=201', 'kind=other', 'page=2'])
    expect((await olga.ask(`connections?${query}`)).status, query).toBe(400);
});
