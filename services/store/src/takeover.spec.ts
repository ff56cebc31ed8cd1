import { eventually } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { type Bench, createBench, select } from './testing/bench.ts';
import { eventsOf } from './testing/events.ts';
import { SERVICE, type StoreProcess, spawnStore } from './testing/spawn-store.ts';

const PARTITIONS = 4;
/** What the failure table of the design allows. */
const WITHIN_MS = 15_000;
const { message } = eventsOf('uid-1');

/** Two stores as they are in operation, the second of which has come too late for the partitions. */
async function twoStores(bench: Bench): Promise<[StoreProcess, StoreProcess]> {
  const holder = await spawnStore(bench.config, SERVICE);
  const standby = await spawnStore(bench.config, SERVICE);
  return [holder, standby];
}

/** How often each partition has changed hands. */
async function ownerEpochs({ readModel }: Bench): Promise<number[]> {
  const rows = await select(readModel, 'select owner_epoch::int from projection order by partition');
  return rows.map((row) => row['owner_epoch'] as number);
}

async function cursor({ readModel }: Bench): Promise<number> {
  const [row] = await select(readModel, 'select seq::int from projection where partition = 0');
  return row?.['seq'] as number;
}

test('a store that is killed is replaced in every partition within 15 s', async () => {
  await using bench = await createBench({ partitions: PARTITIONS });
  const [holder, standby] = await twoStores(bench);
  await using _ = standby;
  await using __ = holder;
  await bench.append(message('a', 'store'));
  await bench.folded();
  expect(await ownerEpochs(bench)).toEqual([1, 1, 1, 1]);

  await holder.kill();
  await bench.append(message('b', 'store'));
  await eventually(async () => (await ownerEpochs(bench)).every((epoch) => epoch === 2), WITHIN_MS);
  await eventually(async () => (await cursor(bench)) === 2);
});

test('so is one that is paused in the middle of a transaction, and it writes nothing when it goes on', async () => {
  await using bench = await createBench({ partitions: PARTITIONS });
  const [holder, standby] = await twoStores(bench);
  await using _ = standby;
  await using __ = holder;
  await using blocker = await lockMessages(bench);
  await bench.append(message('a', 'store'));
  // The cursor's row is written and locked by then; the messages' table is what it waits for.
  await eventually(() => blocker.isWaitedFor());
  holder.child.kill('SIGSTOP');
  await blocker.release();

  await eventually(async () => (await ownerEpochs(bench))[0] === 2, WITHIN_MS);
  await eventually(async () => (await cursor(bench)) === 1);

  holder.child.kill('SIGCONT');
  await bench.append(message('b', 'store'));
  await bench.folded();
  expect(await select(bench.readModel, 'select message_id from message order by seq')).toEqual([
    { message_id: 'a' },
    { message_id: 'b' },
  ]);
  expect(await select(bench.readModel, 'select * from dead_event')).toEqual([]);
  expect((await ownerEpochs(bench))[0]).toBe(2);
}, 60_000);

/** Keeps everybody else from the table of messages. */
async function lockMessages({ readModel }: Bench) {
  const locked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const holding = readModel.transaction(async (db) => {
    await sql`lock table message in access exclusive mode`.execute(db);
    locked.resolve();
    await released.promise;
  });
  const release = async () => {
    released.resolve();
    await holding;
  };
  await Promise.race([locked.promise, holding]);
  return { isWaitedFor: () => isBlocked(readModel), release, [Symbol.asyncDispose]: release };
}

async function isBlocked(readModel: Bench['readModel']): Promise<boolean> {
  const waiting = await select(
    readModel,
    `select pid from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into message%'`,
  );
  return waiting.length > 0;
}
