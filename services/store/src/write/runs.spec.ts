import type { LogEvent, LogRecord } from '@dasf-broker/log';
import { migrate, openReadModel, type ReadModel } from '@dasf-broker/readmodel';
import { createDatabase } from '@dasf-broker/testing';
import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { select } from '../testing/bench.ts';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { writeRun } from './write-run.ts';

const source = eventsOf('uid-source');
const one = eventsOf('uid-1');
const other = eventsOf('uid-2');
const context = fc.constantFrom('1', '2', 'x'.repeat(5000), '\0');
const total = fc.integer({ min: 1, max: 3 });

const act = (id: string, outcome?: string, user = 'olga'): LogEvent => {
  const begun = {
    type: 'operator-act',
    id,
    user,
    act: 'topic-change',
    topic: 'weather',
    change: '{}',
  } as const;
  return outcome === undefined ? begun : { ...begun, outcome };
};
const forgotten = (actsBefore: number): LogEvent => ({
  type: 'expired',
  messagesBefore: 0,
  requestsBefore: 0,
  actsBefore,
});
const removed = fc
  .record({ from: fc.constantFrom(source, one), sequence: fc.integer({ min: 1, max: 12 }) })
  .map((made) => made.from.removed(made.sequence));

const event: fc.Arbitrary<LogEvent> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ context, on: fc.constantFrom('uid-1', 'uid-2') }).map((made) =>
      source.message('q', 'cacheall', {
        responseTopic: 'weather',
        responseUid: made.on,
        requestContext: made.context,
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({ context, total, fragment: fc.nat(3) }).map((made) =>
      one.message('a', 'cache', {
        messageType: 'response',
        requestContext: made.context,
        fragment: made.fragment,
        numFragments: made.total,
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ from: fc.constantFrom(one, other), kept: fc.constantFrom('cache', 'store', 'disabled') })
      .map((made) => made.from.piece(1, 1, made.kept)),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        from: fc.constantFrom(one, other),
        pieces: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
      })
      .map((made) => made.from.message('large', 'cache', { pieces: made.pieces, frame: Buffer.alloc(0) })),
  },
  { weight: 2, arbitrary: removed },
  context.map((of) => other.answered(of)),
  context.map((of) => one.asked(of)),
  fc.constantFrom<LogEvent>(
    one.joined('bob'),
    act('a1'),
    act('a1', 'done'),
    act('a2\0', 'TOPIC_UNKNOWN'),
    one.left('bob'),
    one.changed(3),
    one.changed(4, { public: true }),
    other.joined('cid', 'cid', 'edge-2'),
    other.deleted(),
    one.ack('bob', 1, 2, 3, 4, 5),
    { type: 'edge-gone', edge: 'edge-2' },
    one.ackOfId('bob', 'a'),
    source.ack('bob', 1, 2, 3),
  ),
  fc
    .record({ messagesBefore: fc.nat(15_000), requestsBefore: fc.nat(15_000), actsBefore: fc.nat(15_000) })
    .map((moments) => ({ type: 'expired' as const, ...moments })),
);

const users = ['ann', 'bob', 'cid'] as const;
const user = fc.constantFrom(...users);
const some = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });

function granted(revision: number, ...users: readonly string[]): LogEvent {
  return one.changed(revision, {
    grants: { can_produce: [], can_consume: users, can_view_status: [] },
  });
}

/** Who has a say in what is kept, and when. */
const cacheall: fc.Arbitrary<LogEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('cacheall', 'store').map((rule) => one.message('a', rule)) },
  { weight: 4, arbitrary: fc.record({ user, some }).map((made) => one.ack(made.user, ...made.some)) },
  { weight: 2, arbitrary: user.map((who) => one.joined(who)) },
  user.map((who) => one.ackOfId(who, 'a')),
  removed,
  fc
    .record({ revision: fc.integer({ min: 1, max: 9 }), may: fc.subarray([...users]) })
    .map((made) => granted(made.revision, ...made.may)),
  fc.nat(20_000).map((messagesBefore) => ({ type: 'expired' as const, messagesBefore, requestsBefore: 0 })),
  fc.constantFrom<LogEvent>(one.left('bob'), { type: 'edge-gone', edge: 'edge-1' }),
);

/** What chance seldom comes upon, with the lengths of its runs. */
const ACTS: [LogEvent[], number[]][] = [
  // What came of an act is told before the act, by another operator too, and twice.
  [[act('a1', 'done'), act('a1')], []],
  [[act('a1'), act('a1', 'done'), act('a1', undefined, 'eve'), act('a1', 'TOPIC_UNKNOWN')], [2]],
  // What was forgotten comes again, or comes to its end.
  [[act('a1'), act('a2'), forgotten(1500), act('a1', undefined, 'eve'), act('a1', 'done')], []],
  [[act('a1'), act('a2'), forgotten(2500), act('a1', 'done'), forgotten(1000)], [2]],
];
const KEEPING: [LogEvent[], number[]][] = [
  // Who joins, or may consume, after all have acknowledged is not asked.
  [[one.message('a', 'cacheall'), one.ack('ann', 1), one.joined('bob')], []],
  [[one.message('a', 'cacheall'), one.ack('ann', 1), granted(1, 'bob')], []],
  [[one.joined('ann'), one.joined('bob'), one.ack('ann', 9), one.joined('bob')], [2]],
  // Who joined before another one lost the right is.
  [
    [
      granted(1, 'ann', 'cid'),
      one.message('a', 'cacheall'),
      one.ack('ann', 2),
      one.joined('bob'),
      granted(2, 'ann'),
    ],
    [],
  ],
  // Who lost the right and has it again came too late.
  [
    [
      granted(1, 'ann', 'cid'),
      one.message('a', 'cacheall'),
      one.ack('ann', 2),
      granted(2, 'ann'),
      granted(3, 'ann', 'cid'),
    ],
    [],
  ],
  // An edge that is gone twice took its consumers the first time.
  [[one.joined('bob'), { type: 'edge-gone', edge: 'edge-1' }, { type: 'edge-gone', edge: 'edge-1' }], [1]],
];

const TABLES = [
  'topic',
  'message',
  'message_piece',
  'open_request',
  'topic_grant',
  'presence',
  'consumer',
  'delivery',
  'topic_tombstone',
  'operator_act',
];
/** Whose messages a user is held to have acknowledged; of what is gone nothing is said. */
const ACKNOWLEDGED = `
  select m.seq, a."user" from acknowledged a join message m
    on m.topic_uid = a.topic_uid and m.retention <> 'cache' and m.seq between a.first_seq and a.last_seq
  order by 1, 2`;

async function emptied(readModel: ReadModel): Promise<void> {
  for (const table of [...TABLES, 'acknowledged']) await readModel.entities().execute(`delete from ${table}`);
}

async function contents(readModel: ReadModel): Promise<unknown> {
  const tables = TABLES.map((table) => select(readModel, `select * from ${table} order by ${table}::text`));
  return await Promise.all([...tables, select(readModel, ACKNOWLEDGED)]);
}

async function write(readModel: ReadModel, records: readonly LogRecord[], runs: readonly number[]) {
  await emptied(readModel);
  let at = 0;
  for (const length of [...runs, records.length]) {
    const run = records.slice(at, at + length);
    at += length;
    if (run.length > 0) await readModel.transaction((db) => writeRun(db, 0, run));
  }
  return await contents(readModel);
}

test.each([
  ['all kinds of events', event, ACTS],
  ['who acknowledged what', cacheall, KEEPING],
])('however the log is cut into runs, the tables are the same: %s', async (_, of, examples) => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await using readModel = await openReadModel(database.url);
  const seed = Number(process.env['DASF_SEED'] ?? 958_326);
  const property = fc.asyncProperty(
    fc.array(of, { maxLength: 25 }),
    fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 10 }),
    async (events, runs) => {
      const records = recordsOf(...events);
      const byOne = await write(
        readModel,
        records,
        records.map(() => 1),
      );
      expect(await write(readModel, records, [])).toEqual(byOne);
      expect(await write(readModel, records, runs)).toEqual(byOne);
    },
  );
  // DASF_SEED tries others.
  await fc.assert(property, {
    seed,
    numRuns: Number(process.env['DASF_TEST_RUNS'] ?? 30),
    examples,
    endOnFailure: false,
  });
});
