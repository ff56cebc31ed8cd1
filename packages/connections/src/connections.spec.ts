import { Subjects } from '@dasf-broker/log';
import { natsClient, randomNamespace } from '@dasf-broker/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { EdgeConnections } from './edge-connections.ts';
import { answerIn, type OpenConnection, questionIn } from './question.ts';
import { serveConnections } from './serve.ts';

const connection = (edge: string, id: string, more: Partial<OpenConnection> = {}): OpenConnection => ({
  id,
  edge,
  kind: 'consumer',
  topic: 'tides',
  subscription: 's',
  user: 'ada',
  address: '127.0.0.1',
  serviceToken: null,
  since: '2030-01-01T00:00:00.000Z',
  unsentBytes: 0,
  ...more,
});

/** An edge that holds these until they are ended. */
function serve(nc: NatsConnection, subjects: Subjects, edge: string, held: OpenConnection[]) {
  return serveConnections(nc, subjects, {
    edge,
    all: () => held,
    end: (id) => {
      const index = held.findIndex((one) => one.id === id);
      if (index >= 0) held.splice(index, 1);
      return index >= 0;
    },
  });
}

async function scene() {
  const nc = await natsClient();
  const subjects = new Subjects(randomNamespace());
  const one = ['a', 'd', 'e'].map((id) => connection('one', id));
  const two = [connection('two', 'b', { kind: 'producer' }), connection('two', 'c', { user: 'bob' })];
  serve(nc, subjects, 'one', one);
  serve(nc, subjects, 'two', two);
  await nc.flush();
  const edges = new EdgeConnections(nc, subjects, 500);
  return {
    nc,
    subjects,
    edges,
    ids: async (...[filter, after, limit]: Parameters<EdgeConnections['list']>) => {
      const { connections, next } = await edges.list(filter, after, limit);
      return [connections.map(({ id }) => id).join(''), next];
    },
    [Symbol.asyncDispose]: async () => {
      edges[Symbol.dispose]();
      await nc.close();
    },
  };
}

it('lists what all edges hold, a page at a time, in one order', async () => {
  await using given = await scene();
  expect(await given.ids({}, '', 10)).toEqual(['abcde', null]);
  expect(await given.ids({}, '', 2)).toEqual(['ab', 'b']);
  expect(await given.ids({}, 'b', 2)).toEqual(['cd', 'd']);
  expect(await given.ids({}, 'd', 2)).toEqual(['e', null]);
  expect(await given.ids({ kind: 'producer' }, '', 10)).toEqual(['b', null]);
  expect(await given.ids({ user: 'ada', edge: 'two' }, '', 10)).toEqual(['b', null]);
  expect(await given.ids({ topic: 'waves' }, '', 10)).toEqual(['', null]);
});

it('ends one, wherever it is', async () => {
  await using given = await scene();
  expect(await given.edges.end('c')).toEqual({ ended: true, silent: [] });
  expect(await given.ids({}, '', 10)).toEqual(['abde', null]);
  expect((await given.edges.end('c')).ended).toBe(false);
});

it('names edges that live and do not answer', async () => {
  await using given = await scene();
  given.nc.publish(given.subjects.edgeHeartbeat('three'));
  given.nc.publish(given.subjects.edgeHeartbeat('one'));
  await given.nc.flush();
  expect(await given.edges.list({}, '', 10)).toMatchObject({ silent: ['three'] });
  expect(await given.edges.end('nobody')).toEqual({ ended: false, silent: ['three'] });
});

it('believes nothing that is not what it should be', async () => {
  const asked = { type: 'list', filter: {}, after: '', limit: 1 };
  expect(questionIn(JSON.stringify(asked))).toEqual(asked);
  const wrong = [{ filter: null }, { after: 1 }, { limit: '1' }];
  for (const part of [...wrong, { type: 'other' }, { type: 'end' }])
    expect(questionIn(JSON.stringify({ ...asked, ...part })), JSON.stringify(part)).toBeUndefined();
  const answer = { edge: 'e', connections: [], more: false, ended: false };
  expect(answerIn(JSON.stringify(answer))).toEqual(answer);
  for (const part of [{ edge: 1 }, { connections: {} }, { connections: [null] }, { more: 1 }])
    expect(answerIn(JSON.stringify({ ...answer, ...part })), JSON.stringify(part)).toBeUndefined();
  for (const text of ['', 'null', '[]', '7']) {
    expect(questionIn(text)).toBeUndefined();
    expect(answerIn(text)).toBeUndefined();
  }
});

it('finds nothing where there is no edge', async () => {
  const nc = await natsClient();
  using edges = new EdgeConnections(nc, new Subjects(randomNamespace()), 500);
  expect(await edges.list({}, '', 10)).toEqual({ connections: [], next: null, silent: [] });
  expect(await edges.end('a')).toEqual({ ended: false, silent: [] });
  await nc.close();
});
