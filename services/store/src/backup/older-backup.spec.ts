import { join } from 'node:path';
import { MIGRATIONS, openReadModel, READ_MODEL_TABLES, statementsOf } from '@dasf-broker/readmodel';
import { createDatabase } from '@dasf-broker/testing';
import { expect, inject, test } from 'vitest';
import { createBench, select } from '../testing/bench.ts';
import { eventsOf } from '../testing/events.ts';
import { restore } from '../testing/restore.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { verifyBench } from '../testing/verify-bench.ts';
import { takeBackup } from './take-backup.ts';

const { message, ack, joined } = eventsOf('uid-1');
const LATER: readonly string[] = ['acknowledged', 'open_request', 'operator_act', 'import_progress'];
/** What the first two made. */
const OLDER = {
  migrations: MIGRATIONS.slice(0, 2),
  tables: READ_MODEL_TABLES.filter((table) => !LATER.includes(table)),
};

/** A database as an earlier version left it, which had folded a message and its acknowledgement. */
async function olderDatabase(stack: AsyncDisposableStack, epoch: string): Promise<string> {
  const { url } = stack.use(await createDatabase(inject('databaseUrl')));
  const readModel = stack.use(await openReadModel(url));
  const statements = [
    ...OLDER.migrations.flatMap(statementsOf),
    'create table schema_migration (id serial primary key, name text)',
    ...OLDER.migrations.map((name) => `insert into schema_migration (name) values ('${name}')`),
    `insert into topic (uid, slug, partition) values ('uid-1', 'weather', 0)`,
    `insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, published_at, frame, pieces)
     values (0, 1, 'uid-1', 'weather', 'a', 'ann', 'store', now(), 'x', 1)`,
    `insert into message_piece (partition, seq, ordinal, topic_uid, part) values (0, 1, 1, 'uid-1', '\\x00ff')`,
    `insert into delivery (partition, seq, "user", at) values (0, 1, 'bob', now())`,
    `insert into projection (partition, epoch, seq) values (0, '${epoch}', 2)`,
  ];
  for (const statement of statements) await select(readModel, statement);
  return url;
}

test('a backup of an older schema is brought up to date, restored and as a base of verify', async () => {
  await using stack = new AsyncDisposableStack();
  const path = join(stack.use(await temporaryFolder()).path, 'old.zip');
  const bench = stack.use(await createBench());
  await bench.append(message('a', 'store'), ack('bob', 1));
  const { epoch } = await bench.streams.end(0);
  await takeBackup(await olderDatabase(stack, epoch), path, new AbortController().signal, OLDER);
  await restore(bench.config, path);
  const { readModel } = bench;
  expect(await select(readModel, 'select "user", first_seq::int, last_seq::int from acknowledged')).toEqual([
    { user: 'bob', first_seq: 1, last_seq: 1 },
  ]);
  expect(await select(readModel, 'select last_kept_seq::int as last from topic')).toEqual([{ last: 1 }]);
  expect(await select(readModel, `select 1 from pg_namespace where nspname like 'dasf%'`)).toEqual([]);

  bench.startStore();
  await bench.append(joined('cid'), message('b', 'cacheall'), ack('cid', 1));
  await bench.folded();
  expect((await verifyBench(bench, path)).said).toEqual([]);
  await select(readModel, `delete from message_piece`);
  expect((await verifyBench(bench, path)).said).toEqual([
    'message_piece partition=0 seq=0: is not in the database, but the log makes it',
    'message_piece: 1 difference',
  ]);
});

test('pieces still follow their message in what was restored', async () => {
  await using stack = new AsyncDisposableStack();
  const path = join(stack.use(await temporaryFolder()).path, 'old.zip');
  const bench = stack.use(await createBench());
  await bench.append(message('a', 'store'), ack('bob', 1));
  const { epoch } = await bench.streams.end(0);
  await takeBackup(await olderDatabase(stack, epoch), path, new AbortController().signal, OLDER);
  await restore(bench.config, path);
  expect(await select(bench.readModel, 'select part from message_piece')).toEqual([
    { part: Buffer.from([0, 255]) },
  ]);
  await select(bench.readModel, 'delete from message');
  expect(await select(bench.readModel, 'select part from message_piece')).toEqual([]);
});

test('a database of a newer schema is left alone', async () => {
  await using stack = new AsyncDisposableStack();
  const path = join(stack.use(await temporaryFolder()).path, 'store.zip');
  const bench = stack.use(await createBench());
  await takeBackup(bench.config.databaseUrl, path, new AbortController().signal);
  await select(bench.readModel, `insert into schema_migration (name) values ('20991231000000-of-tomorrow')`);
  await expect(restore(bench.config, path, { replace: true })).rejects.toThrow(
    'The database has a newer schema (20991231000000-of-tomorrow)',
  );
  await expect(verifyBench(bench)).rejects.toThrow('another schema (20991231000000-of-tomorrow)');
});
