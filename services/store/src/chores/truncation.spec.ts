import { createLogger, Metrics } from '@dasf-broker/telemetry';
import { eventually } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { storeMetrics } from '../observe/store-metrics.ts';
import { type Bench, createBench, select } from '../testing/bench.ts';
import { eventsOf } from '../testing/events.ts';
import { FAST_TIMES } from '../testing/fast-times.ts';
import { STORE_TIMES } from '../times.ts';
import type { StoreParts } from '../worker/parts.ts';
import { markBackup } from '../write/backup-mark.ts';
import { acquireLease, adoptEpoch, moveCursor } from '../write/cursor.ts';
import { truncateLog } from './truncation.ts';

const { message, ack } = eventsOf('uid-1');
const logger = createLogger({ name: 'test', level: 'silent' });
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A worker that has folded so much, and what it would do. */
async function worker(bench: Bench, cursor: number, times: Partial<typeof STORE_TIMES> = {}) {
  const { readModel, streams, config } = bench;
  const db = readModel.database;
  const lease = await acquireLease(db, 0, crypto.randomUUID(), 60_000);
  if (!lease) throw new Error('no lease');
  await adoptEpoch(db, lease, (await streams.end(0)).epoch);
  await moveCursor(db, lease, 0, cursor, 60_000);
  const alarms: unknown[] = [];
  const alarming = Object.assign(Object.create(logger), { error: (fields: unknown) => alarms.push(fields) });
  const metrics = storeMetrics(new Metrics());
  const parts = {
    readModel,
    streams,
    config,
    metrics,
    times: { ...STORE_TIMES, truncationSlack: 0, ...times },
  };
  return {
    alarms,
    truncate: () => truncateLog(parts as unknown as StoreParts, lease, alarming),
  };
}

async function limit(bench: Bench, maxBytes: number): Promise<void> {
  const jsm = await jetstreamManager(bench.nc);
  await jsm.streams.update(bench.streams.subjects.stream(0), { max_bytes: maxBytes });
}

test('the log drops what is older than its retention, by its newest record', async () => {
  await using bench = await createBench({}, { logRetention: 500 });
  await bench.append(message('a', 'cache'), message('b', 'cache'));
  await later(700);
  const one = await worker(bench, 3);
  await one.truncate();
  // Nothing came since: by the log's time nothing has aged.
  expect((await bench.streams.end(0)).first).toBe(1);
  await bench.append(message('c', 'cache'));
  await one.truncate();
  expect(await bench.streams.end(0)).toMatchObject({ first: 3, last: 3 });
  await one.truncate();
  expect((await bench.streams.end(0)).first).toBe(3);
});

test('… and an empty log is left alone', async () => {
  await using bench = await createBench();
  const one = await worker(bench, 0);
  await expect(one.truncate()).resolves.toBeUndefined();
});

test('… and nothing that is not folded', async () => {
  await using bench = await createBench({}, { logRetention: 500 });
  await bench.append(message('a', 'cache'), message('b', 'cache'), message('c', 'cache'));
  await later(700);
  await bench.append(message('d', 'cache'));
  await (await worker(bench, 2)).truncate();
  expect((await bench.streams.end(0)).first).toBe(3);
});

test('… nor by a worker that was replaced', async () => {
  await using bench = await createBench({}, { logRetention: 500 });
  await bench.append(message('a', 'cache'));
  await later(700);
  await bench.append(message('b', 'cache'));
  const one = await worker(bench, 2);
  await select(bench.readModel, 'update projection set owner_epoch = owner_epoch + 1');
  await expect(one.truncate()).rejects.toMatchObject({ code: 'PARTITION_FENCED' });
  expect((await bench.streams.end(0)).first).toBe(1);
});

test('a log that is nearly full gives up folded events early, with an alarm', async () => {
  await using bench = await createBench({ dedupWindow: 100 });
  const big = { frame: Buffer.alloc(10_000) };
  for (let index = 0; index < 10; index += 1) await bench.append(message(`${index}`, 'cache', big));
  await later(200);
  await bench.append(message('last', 'cache'));
  await limit(bench, 130_000);
  const one = await worker(bench, 11, { logReserve: 100 });
  await one.truncate();
  const { first, bytes } = await bench.streams.extent(0);
  expect(first).toBeGreaterThan(1);
  expect(bytes / 130_000).toBeLessThan(0.7);
  expect(first).toBeLessThan(6);
  expect(one.alarms).toHaveLength(1);
  await one.truncate();
  expect(one.alarms).toHaveLength(1);
});

test.each([
  ['not folded', 0, { logReserve: 0 }],
  ['younger than the reserve', 11, { logReserve: 600_000 }],
])('… but not what is %s', async (_, cursor, times) => {
  await using bench = await createBench({ dedupWindow: 100 });
  for (let index = 0; index < 11; index += 1)
    await bench.append(message(`${index}`, 'cache', { frame: Buffer.alloc(10_000) }));
  await later(200);
  await bench.append(message('last', 'cache'));
  await limit(bench, 130_000);
  const one = await worker(bench, cursor, times);
  await one.truncate();
  expect((await bench.streams.end(0)).first).toBe(1);
  expect(one.alarms).toHaveLength(1);
});

test('a store goes on after its own truncation, also from a new start', async () => {
  await using bench = await createBench({}, { logRetention: 300 });
  const times = { ...FAST_TIMES, truncationCheck: 100, truncationSlack: 0 };
  const store = bench.startStore({ times });
  for (let index = 0; index < 10; index += 1) {
    await bench.append(message(`${index}`, 'store'));
    await later(100);
  }
  await eventually(async () => (await bench.streams.end(0)).first > 3);
  const { first } = await bench.streams.end(0);
  expect(store.health()[0]).toMatchObject({ state: 'serving' });
  await store[Symbol.asyncDispose]();
  const again = bench.startStore({ times });
  await again.ready;
  await bench.append(message('late', 'store'), ack('bob', 1));
  await bench.folded();
  expect(await select(bench.readModel, 'select 1 from message')).toHaveLength(11);
  expect(await select(bench.readModel, 'select seq::int from delivery')).toEqual([{ seq: 1 }]);
  expect(first).toBeGreaterThan(1);
  expect(again.health()[0]).toMatchObject({ state: 'serving' });
});

/** Tells the store of a backup that was taken so many milliseconds ago. */
async function backedUp({ readModel, streams }: Bench, sequence: number, ago = 0) {
  const { epoch } = await streams.end(0);
  await markBackup(
    readModel.database,
    [{ partition: 0, epoch, sequence }],
    new Date(Date.now() - ago).toISOString(),
  );
}

test('what comes after the newest backup stays, so that it can be restored, however old it is', async () => {
  await using bench = await createBench({}, { logRetention: 500, backupRetention: 60_000 });
  await bench.append(...['a', 'b', 'c', 'd'].map((id) => message(id, 'cache')));
  await later(700);
  await bench.append(message('e', 'cache'));
  const one = await worker(bench, 5);
  await backedUp(bench, 2, 30_000);
  // One that was taken before is not the newest.
  await backedUp(bench, 4, 50_000);
  await one.truncate();
  expect((await bench.streams.end(0)).first).toBe(3);
  await backedUp(bench, 3);
  await one.truncate();
  expect((await bench.streams.end(0)).first).toBe(4);
});

test('… unless nobody has taken one for too long', async () => {
  await using bench = await createBench({}, { logRetention: 500, backupRetention: 60_000 });
  await bench.append(...['a', 'b', 'c', 'd'].map((id) => message(id, 'cache')));
  await later(700);
  await bench.append(message('e', 'cache'));
  const one = await worker(bench, 5);
  await backedUp(bench, 2, 61_000);
  await one.truncate();
  expect((await bench.streams.end(0)).first).toBe(5);
});

test('… or the log is nearly full', async () => {
  await using bench = await createBench({ dedupWindow: 100 }, { backupRetention: 60_000 });
  const big = { frame: Buffer.alloc(10_000) };
  for (let index = 0; index < 10; index += 1) await bench.append(message(`${index}`, 'cache', big));
  await later(200);
  await bench.append(message('last', 'cache'));
  await limit(bench, 130_000);
  const one = await worker(bench, 11, { logReserve: 100 });
  await backedUp(bench, 1);
  await one.truncate();
  expect((await bench.streams.end(0)).first).toBeGreaterThan(2);
  expect(one.alarms).toHaveLength(1);
});
