import { readLog } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { newTopic, type Topic, TopicRegistry } from '@dasf-broker/registry';
import { createLogger } from '@dasf-broker/telemetry';
import { eventually } from '@dasf-broker/testing';
import { expect, test } from 'vitest';
import { fold } from '../fold/evolve.ts';
import { type Bench, createBench, select } from '../testing/bench.ts';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { FAST_TIMES } from '../testing/fast-times.ts';
import { writeChanges } from '../write/write-changes.ts';
import { Leftovers } from './leftovers.ts';

const times = { ...FAST_TIMES, registryGrace: 200, edgeSilence: 1500, edgeCheck: 100 };

async function registryOf(bench: Bench): Promise<TopicRegistry> {
  return await TopicRegistry.open(bench.nc, bench.config.log);
}

const topicOf = (uid: string, slug: string, more: Partial<Topic> = {}) =>
  newTopic({ slug: slug as Slug, partition: 0, creator: 'ann', ...more }, uid);

test('GC-2: connections of an edge that falls silent are gone, those of one that speaks are not', async () => {
  await using bench = await createBench();
  bench.startStore({ times });
  const { joined } = eventsOf('uid-1');
  await bench.append(joined('ann', 'one', 'dead-edge'), joined('bob', 'two', 'living-edge'));
  const beat = setInterval(() => bench.nc.publish(bench.streams.subjects.edgeHeartbeat('living-edge')), 100);
  const present = () => select(bench.readModel, 'select connection from presence order by 1');
  try {
    await bench.folded();
    expect(await present()).toHaveLength(2);
    await eventually(async () => (await present()).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await present()).toEqual([{ connection: 'two' }]);
    // One event, however often the edge was judged.
    expect((await bench.streams.end(0)).last).toBe(3);
  } finally {
    clearInterval(beat);
  }
});

test('what a crash left out of the log is appended: creation, change, removal', async () => {
  await using bench = await createBench();
  await using registry = await registryOf(bench);
  await registry.create(topicOf('uid-1', 'before'));
  await bench.append(eventsOf('uid-gone').message('a', 'cache'));
  bench.startStore({ times });
  const topics = () => select(bench.readModel, 'select uid, public from topic order by uid');
  await eventually(async () => (await topics()).some(({ uid }) => uid === 'uid-1'));
  await eventually(async () => (await topics()).every(({ uid }) => uid !== 'uid-gone'));

  await registry.create(topicOf('uid-2', 'after', { partition: 7 }));
  await registry.update('before' as Slug, (topic) => ({ ...topic, public: true }));
  await eventually(async () => (await topics())[0]?.['public'] === true);
  await registry.remove('before' as Slug);
  await registry.create(topicOf('uid-3', 'before'));
  await eventually(async () => (await topics())[0]?.['uid'] === 'uid-3');
  expect(await topics()).toHaveLength(1);
});

test('a registry that was lost removes nothing', async () => {
  await using bench = await createBench();
  await bench.append(eventsOf('uid-1').message('a', 'cache'));
  bench.startStore({ times });
  await bench.folded();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await select(bench.readModel, 'select * from message')).toHaveLength(1);
});

test('AVL-5: a topic that supports DASF is pinged when a consumer leaves, once a second', async () => {
  await using bench = await createBench();
  await using registry = await registryOf(bench);
  const source = await registry.create(topicOf('uid-1', 'weather'));
  await registry.create(topicOf('uid-2', 'weather_abcdefgh', { responseFor: source }));
  await bench.startStore().ready;
  const { joined, left } = eventsOf('uid-1');
  await bench.append(joined('ann', 'one'), joined('bob', 'two'), left('ann', 'one'), left('bob', 'two'));
  await eventually(async () => (await bench.streams.end(0)).last >= 5);
  await bench.folded();
  expect((await bench.streams.end(0)).last).toBeLessThanOrEqual(6);
  const response = { topic: 'weather_abcdefgh' as Slug, uid: 'uid-2' };
  await bench.append({ ...joined('ann', 'three'), ...response }, { ...left('ann', 'three'), ...response });
  const last = await bench.folded();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await bench.streams.end(0)).last).toBe(last);
  const [topic] = await select(bench.readModel, "select last_ping from topic where uid = 'uid-1'");
  expect(topic?.['last_ping']).toBeTruthy();
});

test('AVL-5, AVL-7: each topic that supports DASF is pinged each minute, response topics never', async () => {
  await using bench = await createBench();
  await using registry = await registryOf(bench);
  const source = await registry.create(topicOf('uid-1', 'weather'));
  await registry.create(topicOf('uid-2', 'weather_abcdefgh', { responseFor: source }));
  await registry.create(topicOf('uid-3', 'silent', { supportsDasf: false }));
  const long = 'ü'.repeat(255) as Slug;
  await registry.create(topicOf('uid-4', long));
  const minute = { ...times, registryGrace: 60_000, pingInterval: 1000 };
  const store = bench.startStore({ times: minute });
  await eventually(async () => (await bench.streams.end(0)).last >= 4);
  await store[Symbol.asyncDispose]();
  const ids = new Set<string>();
  const { last } = await bench.streams.end(0);
  for await (const { event, sequence } of readLog(
    bench.nc,
    bench.streams,
    0,
    1,
    new AbortController().signal,
  )) {
    if (event?.type === 'ping') ids.add(`${event.type} ${event.messageId}`);
    if (sequence === last) break;
  }
  expect(ids.size).toBe(last);
  for (const name of ['weather', 'uid-4'])
    expect([...ids].filter((id) => id.startsWith(`ping ping/${name}@`)).length).toBeGreaterThan(1);
  for (const id of ids) expect(id).toMatch(/^ping ping\/(weather|uid-4)@\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('AVL-5: two stores that think of the same ping make one', async () => {
  await using bench = await createBench();
  const ping = {
    type: 'ping',
    topic: 'weather' as Slug,
    uid: 'uid-1',
    messageId: 'ping/weather@2030-01-01T00:00Z',
    frame: Buffer.from('{}'),
  } as const;
  await bench.append(ping);
  await bench.append(ping);
  await bench.append({ ...ping, uid: 'uid-2' });
  expect((await bench.streams.end(0)).last).toBe(2);
});

test('a tombstone goes an hour after the deletion, by the time of the log', async () => {
  await using bench = await createBench();
  const [deletion] = recordsOf(eventsOf('uid-1').deleted());
  if (!deletion) throw new Error('no record');
  await bench.readModel.transaction((db) => writeChanges(db, 0, fold([deletion])));
  const leftovers = new Leftovers(bench.readModel, 0, createLogger({ name: 'test', level: 'silent' }));
  const left = async (time: number) => {
    leftovers.take([{ ...deletion, time }]);
    await leftovers.remove();
    return (await select(bench.readModel, 'select * from topic_tombstone')).length;
  };
  expect(await left(deletion.time + 3_599_000)).toBe(1);
  expect(await left(deletion.time + 3_601_000)).toBe(0);
});

test('pieces of a frame whose message was never stored go an hour later, those of a message stay', async () => {
  await using bench = await createBench();
  const { message, piece } = eventsOf('uid-1');
  const records = recordsOf(piece(1, 1), piece(1, 1), message('a', 'cache', { pieces: [2] }));
  await bench.readModel.transaction((db) => writeChanges(db, 0, fold(records)));
  const leftovers = new Leftovers(bench.readModel, 0, createLogger({ name: 'test', level: 'silent' }));
  const left = async (time: number) => {
    leftovers.take(records.slice(0, 1).map((record) => ({ ...record, time })));
    await leftovers.remove();
    return (await select(bench.readModel, 'select seq::int from message_piece')).map(({ seq }) => seq);
  };
  expect(await left(1000 + 3_599_000)).toEqual([1, 2]);
  expect(await left(1000 + 3_603_000)).toEqual([2]);
});
