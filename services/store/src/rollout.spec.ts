import { EVENT_HEADER } from '@dasf-broker/log';
import { migrate } from '@dasf-broker/readmodel';
import { eventually, expandSchema, NEXT_MIGRATION } from '@dasf-broker/testing';
import { jetstream } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { type Bench, createBench, select } from './testing/bench.ts';
import { trafficOf } from './testing/drive.ts';
import { eventsOf } from './testing/events.ts';
import { FAST_TIMES } from './testing/fast-times.ts';
import { verifyBench } from './testing/verify-bench.ts';

const one = eventsOf('uid-1');
/** It made the table of imports. */
const PENDING = '20261125233000-imports';
const messages = 'select message_id as id from message order by seq';

/** An event with this head, on the subject of its type, as a newer edge may write it. */
async function publish(bench: Bench, type: string, head: object, body = ''): Promise<void> {
  const encoded = headers();
  encoded.set(EVENT_HEADER, JSON.stringify({ type, ...head }));
  const { namespace } = bench.streams.subjects;
  await jetstream(bench.nc).publish(`${namespace}.log.0.${type}`, body, { headers: encoded });
}

test('a newer schema: a store goes on while the migration runs, and folds all kinds of events as before', async () => {
  await using bench = await createBench();
  const drive = trafficOf(bench, 17);
  const store = bench.startStore({ times: FAST_TIMES });
  await drive(400);
  await bench.folded();
  const going = drive(800);
  await expandSchema(bench.config.databaseUrl);
  await going;
  await bench.folded();
  await store[Symbol.asyncDispose]();

  // Begun on it, too.
  bench.startStore({ times: FAST_TIMES });
  await drive(400);
  await bench.folded();
  const [row] = await select(
    bench.readModel,
    'select count(*)::int as n from message where counted_tomorrow = 7',
  );
  expect(row?.['n']).toBeGreaterThan(20);
  // What is compared is what this version knows of the tables.
  await select(bench.readModel, `delete from schema_migration where name = '${NEXT_MIGRATION}'`);
  expect((await verifyBench(bench)).said).toEqual([]);
});

test('an older schema: a store says what is missing, folds nothing, and goes on when the migration has run', async () => {
  await using bench = await createBench();
  await select(bench.readModel, `drop table import_progress`);
  await select(bench.readModel, `delete from schema_migration where name = '${PENDING}'`);
  const store = bench.startStore({ times: FAST_TIMES });
  await bench.append(one.message('a', 'store'));
  await eventually(() => store.health()[0]?.state === 'degraded');
  expect(store.health()[0]?.reason).toBe(
    `The database's schema is older than this version: it lacks ${PENDING}. Run the migration.`,
  );
  expect(await select(bench.readModel, messages)).toEqual([]);
  await migrate(bench.config.databaseUrl);
  await bench.folded();
  expect(await select(bench.readModel, messages)).toEqual([{ id: 'a' }]);
  expect(store.health()[0]?.state).toBe('serving');
});

test('fields that this version does not know change nothing of what it folds', async () => {
  await using bench = await createBench();
  bench.startStore({ times: FAST_TIMES });
  await bench.append(one.changed(1), one.message('a', 'store'));
  const { topic, uid } = { topic: 'weather', uid: 'uid-1' };
  await publish(bench, 'ack', { topic, uid, user: 'bob', sequences: [2], mood: 'glad', more: { deep: [1] } });
  await bench.folded();
  expect(await select(bench.readModel, 'select "user" from delivery')).toEqual([{ user: 'bob' }]);
  expect(await select(bench.readModel, 'select * from dead_event')).toEqual([]);
  expect((await verifyBench(bench)).said).toEqual([]);
});

test('an event of a type that this version does not know halts it, and it gives the partition to others', async () => {
  await using bench = await createBench();
  const store = bench.startStore({ times: FAST_TIMES });
  await bench.append(one.message('a', 'store'));
  await publish(bench, 'message-moved', { topic: 'weather', uid: 'uid-1', to: 'elsewhere' });
  await bench.append(one.message('b', 'store'));
  await eventually(() => store.health()[0]?.state === 'halted');
  expect(store.health()[0]?.reason).toBe(
    'Partition 0 is halted: event 2 is of type "message-moved", which this version does not know; a newer one wrote ' +
      'it. Update the stores first, then what writes; docs/upgrade.md says how.',
  );
  // What came before is folded, what comes after is not, and nothing is thrown away.
  const cursor = 'select seq::int, owner from projection';
  await eventually(async () => (await select(bench.readModel, cursor))[0]?.['owner'] === null);
  expect(await select(bench.readModel, cursor)).toEqual([{ seq: 1, owner: null }]);
  expect(await select(bench.readModel, messages)).toEqual([{ id: 'a' }]);
  expect(await select(bench.readModel, 'select * from dead_event')).toEqual([]);

  // A newer store, which knows what it means; this one asks again for the partition meanwhile.
  const moved = 'update projection set seq = 2 where owner is null returning 1';
  await eventually(async () => (await select(bench.readModel, moved)).length === 1);
  await eventually(async () => (await select(bench.readModel, messages)).length === 2);
  expect(store.health()[0]?.state).toBe('serving');
  // The older command says so, too.
  await expect(verifyBench(bench)).rejects.toThrow('Partition 0 holds events of a newer version');
});

test('a store of the newer version takes the partition over from one that waits for it', async () => {
  await using bench = await createBench();
  const older = bench.startStore({ times: FAST_TIMES });
  await publish(bench, 'message-moved', {});
  await eventually(() => older.health()[0]?.state === 'halted');
  // Whatever process it is, it finds the lease free.
  const taken = `update projection set owner = 'newer', lease_until = now() + interval '1 hour'
    where lease_until is null returning 1`;
  await eventually(async () => (await select(bench.readModel, taken)).length === 1);
  await eventually(() => older.health()[0]?.state === 'standby');
});
