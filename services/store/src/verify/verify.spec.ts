import { join } from 'node:path';
import { type LogEvent, PIECE_BYTES } from '@dasf-broker/log';
import type { Retention } from '@dasf-broker/protocol';
import { READ_MODEL_TABLES } from '@dasf-broker/readmodel';
import { beforeAll, describe, expect, test } from 'vitest';
import { takeBackup } from '../backup/take-backup.ts';
import { type Bench, createBench, select } from '../testing/bench.ts';
import { trafficOf } from '../testing/drive.ts';
import { eventsOf } from '../testing/events.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { verifyBench } from '../testing/verify-bench.ts';

const one = eventsOf('uid-1');
const two = eventsOf('uid-2');
const gone = eventsOf('uid-3');
/** In pieces, which the log stores before it. */
const large = one.message('large', 'store', { frame: Buffer.alloc(1_500_000) });
const PIECES = Math.ceil(1_500_000 / PIECE_BYTES);
const grants = { can_produce: ['ann'], can_consume: ['ann', 'bob'], can_view_status: [] };
const asks = { responseTopic: 'weather', responseUid: 'uid-2', requestContext: '7' };

/** A row in every table; what comes last leaves one, too. */
const EVENTS: readonly LogEvent[] = [
  one.changed(1, { grants }),
  one.joined('ann'),
  one.message('a', 'store'),
  one.message('b', 'store'),
  one.message('c', 'cacheall'),
  one.ack('ann', 3, 4),
  one.ack('bob', 5),
  one.ack('ann', 5),
  one.message('d', 'cache', asks),
  large,
  two.message('e', 'never' as Retention),
  gone.message('f', 'store'),
  gone.deleted(),
  { type: 'operator-act', id: 'a', user: 'olga', act: 'topic-delete', topic: 'weather', change: '' },
  { type: 'imported', source: 'other', topics: 3, messages: 7 },
  one.message('g', 'store'),
];
const LAST = EVENTS.length + PIECES;

describe('one row that is not as the log makes it is found, and no other', () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await createBench();
    const store = bench.startStore();
    // One by one: pieces go before all that is appended with their message.
    for (const event of EVENTS) await bench.append(event);
    await bench.folded();
    await store[Symbol.asyncDispose]();
    return () => bench[Symbol.asyncDispose]();
  });

  /** What is said after a change, which is undone then. */
  async function saidAfter(table: string, change: string): Promise<readonly string[]> {
    const { readModel } = bench;
    await select(readModel, `create table kept as select * from ${table}`);
    try {
      await select(readModel, change);
      return (await verifyBench(bench)).said;
    } finally {
      await select(readModel, `truncate ${table}`);
      await select(readModel, `insert into ${table} select * from kept`);
      await select(readModel, 'drop table kept');
    }
  }

  test('there is a row of each table, and nothing to find', async () => {
    for (const table of [...READ_MODEL_TABLES, 'projection'])
      expect(await select(bench.readModel, `select 1 from ${table}`), table).not.toEqual([]);
    expect(await verifyBench(bench)).toMatchObject({ said: [], events: LAST });
  });

  test.each([
    [
      'topic',
      `set api_info = '{}' where uid = 'uid-1'`,
      /^topic uid=uid-1: api_info is "{}", by the log null$/,
    ],
    ['topic_tombstone', `set partition = 5`, /^topic_tombstone uid=uid-3: partition is "5", by the log "0"$/],
    ['consumer', `set first_seen = now()`, /^consumer topic_uid=uid-1 user=ann: first_seen is "20/],
    ['presence', `set edge = 'other'`, /^presence connection=ann: edge is "other", by the log "edge-1"$/],
    ['message', `set frame = 'x' where seq = 4`, /^message partition=0 seq=4: frame is "sha256:2d711642b/],
    [
      'message',
      `set previous_seq = 0 where seq = 4`,
      /^message .* seq=4: previous_seq is "0", by the log "3"$/,
    ],
    [
      'message_piece',
      `set part = '' where ordinal = 2`,
      /^message_piece partition=0 seq=\d+: part is "sha256:e3b0c442/,
    ],
    [
      'open_request',
      `set received = '{[1,2)}'`,
      /^open_request topic_uid=uid-2 request_context=7: received is /,
    ],
    ['delivery', `set at = now() where seq = 3`, /^delivery partition=0 seq=3 user=ann: at is "20/],
    [
      'dead_event',
      `set reason = 'none'`,
      new RegExp(`^dead_event partition=0 epoch=\\S+ seq=${11 + PIECES}: reason is "none"`),
    ],
  ])('%s %s', async (table, change, sentence) => {
    const said = await saidAfter(table, `update ${table} ${change}`);
    expect(said).toEqual([expect.stringMatching(sentence), `${table}: 1 difference`]);
  });

  test.each([
    [
      'acknowledged',
      `set first_seq = 4`,
      'acknowledged topic_uid=uid-1 user=ann seq=3: is not in the database',
    ],
    [
      'acknowledged',
      `set last_seq = 3`,
      'acknowledged topic_uid=uid-1 user=ann seq=4: is not in the database',
    ],
    [
      'acknowledged',
      `set last_seq = ${LAST + 9}`,
      `seq=${LAST}: is in the database, but the log does not make`,
    ],
    [
      'acknowledged',
      `set last_seq = ${LAST + 9}`,
      `seq=${LAST + 9}: is in the database, but the log does not`,
    ],
    [
      'topic_grant',
      `set "user" = 'eve' where "user" = 'bob'`,
      'permission=can_consume user=bob: is not in the',
    ],
    ['topic_grant', `set "user" = 'eve' where "user" = 'bob'`, 'permission=can_consume user=eve: is in the'],
  ])('%s %s: %s', async (table, change, sentence) => {
    const condition = table === 'acknowledged' ? `where "user" = 'ann'` : '';
    const said = await saidAfter(table, `update ${table} ${change} ${condition}`);
    expect(said).toContainEqual(expect.stringContaining(sentence));
  });

  test.each(READ_MODEL_TABLES)('a row that is missing in %s', async (table) => {
    const said = await saidAfter(table, `delete from ${table} where ctid = (select min(ctid) from ${table})`);
    expect(said).toContainEqual(
      expect.stringMatching(`^${table} .*: is not in the database, but the log makes`),
    );
    expect(said.filter((line) => line.startsWith(`${table} `)).length).toBeLessThan(4);
  });

  test('a cursor that is one behind, one ahead or of another log', async () => {
    expect(await saidAfter('projection', 'update projection set seq = seq - 1')).toContain(
      `message partition=0 seq=${LAST}: is in the database, but the log does not make it`,
    );
    await expect(saidAfter('projection', 'update projection set seq = seq + 1')).rejects.toThrow(
      `ends at ${LAST}, before the database, at ${LAST + 1}`,
    );
    await expect(saidAfter('projection', `update projection set epoch = 'other'`)).rejects.toThrow(
      'is another one',
    );
  });

  test('who holds a partition, and what stretches say of what is gone, is no difference', async () => {
    const lease = `update projection set owner = 'x', owner_epoch = 99, backup_seq = 3, lease_until = now()`;
    expect(await saidAfter('projection', lease)).toEqual([]);
    // Message 5 was acknowledged by all: there is nothing to say of it.
    const more = `insert into acknowledged (topic_uid, "user", first_seq, last_seq) values ('uid-1', 'eve', 5, 5)`;
    expect(await saidAfter('acknowledged', more)).toEqual([]);
    const old = `insert into topic_tombstone values ('uid-9', 0, now() - interval '2 hours')`;
    expect(await saidAfter('topic_tombstone', old)).toEqual([]);
  });
});

test('a great many differences are counted, and some are shown', async () => {
  await using bench = await createBench();
  bench.startStore();
  await bench.append(...Array.from({ length: 60 }, (_, index) => one.message(`m${index}`, 'store')));
  await bench.folded();
  await select(bench.readModel, `update message set "user" = 'nobody'`);
  const { said } = await verifyBench(bench);
  expect(said).toHaveLength(21);
  expect(said.at(-1)).toBe('message: 60 differences, of which 20 are shown');
});

test('a log that does not reach back cannot be judged, but from a backup on it can', async () => {
  await using bench = await createBench({ partitions: 2 });
  await using folder = await temporaryFolder();
  bench.startStore();
  const drive = trafficOf(bench, 3);
  await drive(1000);
  const last = await bench.folded();
  const path = join(folder.path, 'store.zip');
  await takeBackup(bench.config.databaseUrl, path, new AbortController().signal);
  await drive(1000);
  await bench.folded();
  await bench.streams.truncate(0, last);
  await expect(verifyBench(bench)).rejects.toThrow(
    `Partition 0 cannot be judged: the log ${bench.streams.subjects.stream(0)} begins at ${last + 1}: say from which backup`,
  );
  expect((await verifyBench(bench, path)).said).toEqual([]);
  await bench.streams.truncate(0, last + 1);
  await expect(verifyBench(bench, path)).rejects.toThrow(
    `begins at ${last + 2}, after the backup, at ${last}`,
  );
});
