import { join } from 'node:path';
import { LogStreams } from '@dasf-broker/log';
import { openReadModel, READ_MODEL_TABLES } from '@dasf-broker/readmodel';
import { createDatabase, eventually } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, inject, test } from 'vitest';
import { type Bench, createBench, select } from '../testing/bench.ts';
import { trafficOf } from '../testing/drive.ts';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { FAST_TIMES } from '../testing/fast-times.ts';
import { restore } from '../testing/restore.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { verifyBench } from '../testing/verify-bench.ts';
import { Progress } from '../worker/progress.ts';
import { Projector } from '../worker/projector.ts';
import { acquireLease, moveCursor } from '../write/cursor.ts';
import type { RestoreOptions } from './restore-backup.ts';
import { takeBackup } from './take-backup.ts';

const { message, ack } = eventsOf('uid-1');
const { signal } = new AbortController();

async function contentsOf({ readModel }: Pick<Bench, 'readModel'>) {
  return await Promise.all(
    READ_MODEL_TABLES.map((table) => select(readModel, `select * from ${table} order by 1, 2, 3`)),
  );
}

/** A bench whose store folded something and stopped, and a backup of that. */
async function backedUp(stack: AsyncDisposableStack, events = 600) {
  const bench = stack.use(await createBench());
  const folder = stack.use(await temporaryFolder());
  const store = bench.startStore({ times: FAST_TIMES });
  const drive = trafficOf(bench, 5);
  await drive(events);
  await bench.folded();
  await store[Symbol.asyncDispose]();
  const path = join(folder.path, 'store.zip');
  const manifest = await takeBackup(bench.config.databaseUrl, path, signal);
  return { bench, path, manifest, drive };
}

test('into an empty database: it holds what the other one held, and a store goes on from there', async () => {
  await using stack = new AsyncDisposableStack();
  const { bench, path, manifest } = await backedUp(stack);
  const empty = stack.use(await createDatabase(inject('databaseUrl')));
  const config = { ...bench.config, databaseUrl: empty.url };
  await restore(config, path);
  const readModel = stack.use(await openReadModel(empty.url));
  expect(await contentsOf({ readModel })).toEqual(await contentsOf(bench));
  const [cursor] = await select(readModel, 'select epoch, seq::int, owner, lease_until from projection');
  const { epoch, sequence } = manifest.cursors[0] ?? {};
  expect(cursor).toEqual({ epoch, seq: sequence, owner: null, lease_until: null });
  await expect(restore(config, path)).rejects.toThrow('The database is not empty');
});

test('an older backup in a running store’s database: the store catches up by itself', async () => {
  await using bench = await createBench({ partitions: 2 });
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'store.zip');
  const store = bench.startStore({ times: FAST_TIMES });
  const drive = trafficOf(bench, 7);
  await drive(1500);
  await bench.folded();
  await takeBackup(bench.config.databaseUrl, path, signal);
  await drive(1500);
  await bench.folded();
  const before = await contentsOf(bench);
  const writing = drive(800);
  await restore(bench.config, path, { replace: true });
  await writing;
  await bench.folded();
  await eventually(() => store.health().every(({ state }) => state === 'serving'));
  expect((await verifyBench(bench)).said).toEqual([]);
  expect((await verifyBench(bench, path)).said).toEqual([]);
  expect(await contentsOf(bench)).not.toEqual(before);
}, 90_000);

test('a worker of before writes nothing across it, also one that was amid a transaction', async () => {
  await using stack = new AsyncDisposableStack();
  const { bench, path, manifest } = await backedUp(stack);
  const before = await contentsOf(bench);
  const lease = await acquireLease(bench.readModel.database, 0, 'sleeper', 60_000);
  if (!lease) throw new Error('no lease');
  const from = lease.sequence;
  let restoring: Promise<unknown> | undefined;
  await bench.readModel.transaction(async (db) => {
    await moveCursor(db, lease, from, from + 1, 60_000);
    restoring = restore(bench.config, path, { replace: true });
    await eventually(async () => {
      const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await select(bench.readModel, waiting)).length > 0;
    });
  });
  await restoring;
  expect(await contentsOf(bench)).toEqual(before);
  const projector = new Projector({
    readModel: bench.readModel,
    subjects: bench.streams.subjects,
    lease,
    epoch: lease.epoch ?? '',
    leaseMs: 60_000,
    progress: new Progress(from),
    voice: { degraded: () => {}, dead: () => {} },
  });
  const records = recordsOf(message('late', 'store')).map((record) => ({ ...record, sequence: from + 1 }));
  await expect(projector.apply(records, signal)).rejects.toThrow('in other hands');
  const [row] = await select(bench.readModel, 'select seq::int, owner_epoch::int from projection');
  expect(row?.['seq']).toBe(manifest.cursors[0]?.sequence);
  expect(row?.['owner_epoch']).toBeGreaterThan(lease.ownerEpoch + 1000);
});

test('a log that does not go on where the backup ends: nothing is changed, and it says why', async () => {
  await using stack = new AsyncDisposableStack();
  const { bench, path, manifest, drive } = await backedUp(stack);
  const ends = manifest.cursors[0]?.sequence ?? 0;
  await drive(100);
  const before = await contentsOf(bench);
  const refused = (config: Partial<Bench['config']> = {}, options: Partial<RestoreOptions> = {}) =>
    restore({ ...bench.config, ...config }, path, { replace: true, ...options }).then(
      () => 'restored',
      (error: Error) => error.message,
    );
  const elsewhere = { log: { ...bench.config.log, namespace: 'nobody' } };
  expect(await refused(elsewhere, { force: true })).toContain('NATS has no stream nobody-log-0');
  expect(await refused({ natsUrl: 'nats://127.0.0.1:1' })).toContain('NATS at 127.0.0.1:1 does not take');
  const jsm = await jetstreamManager(bench.nc);
  const stream = bench.streams.subjects.stream(0);
  await jsm.streams.purge(stream, { seq: ends + 31 });
  const lost = await refused();
  expect(lost).toContain(`events ${ends + 1} to ${ends + 30} any more (30 events after the backup)`);
  expect(lost).toContain('--force');
  expect(await contentsOf(bench)).toEqual(before);

  const { config } = await jsm.streams.info(stream);
  await jsm.streams.delete(stream);
  expect(await refused({}, { force: true })).toContain('Put the log back first');
  await LogStreams.prepare(bench.nc, bench.config.log);
  expect(await refused({}, { force: true })).toContain('is another one');
  await jsm.streams.delete(stream);
  await jsm.streams.add(config as Parameters<typeof jsm.streams.add>[0]);
  await bench.append(message('only', 'store'));
  expect(await refused({}, { force: true })).toContain(
    `ends at 1, but the backup holds what came up to ${ends}`,
  );
  expect(await contentsOf(bench)).toEqual(before);
});

test('with --force a store goes on with what the log still holds', async () => {
  await using bench = await createBench();
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'store.zip');
  const store = bench.startStore({ times: FAST_TIMES });
  await bench.append(message('a', 'store'), message('b', 'store'));
  await bench.folded();
  await takeBackup(bench.config.databaseUrl, path, signal);
  await bench.append(message('c', 'store'), message('d', 'store'), message('e', 'store'));
  await bench.folded();
  await bench.streams.truncate(0, 4);
  const reaches = await restore(bench.config, path, { replace: true, force: true });
  expect(reaches).toMatchObject([{ partition: 0, lost: { first: 3, last: 4 } }]);
  await bench.append(ack('bob', 5));
  await bench.folded();
  expect(await select(bench.readModel, 'select message_id as id from message order by seq')).toEqual(
    ['a', 'b', 'e'].map((id) => ({ id })),
  );
  expect(store.health()).toMatchObject([{ state: 'serving' }]);
});
