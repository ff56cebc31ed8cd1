import type { LogEvent, LogRecord } from '@dasf-broker/log';
import { migrate, openReadModel, type ReadModel } from '@dasf-broker/readmodel';
import { createDatabase } from '@dasf-broker/testing';
import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { fold } from '../fold/evolve.ts';
import { select } from '../testing/bench.ts';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { writeChanges } from './write-changes.ts';

const source = eventsOf('uid-source');
const one = eventsOf('uid-1');
const other = eventsOf('uid-2');
const context = fc.constantFrom('1', '2', 'x'.repeat(5000), '\0');
const total = fc.integer({ min: 1, max: 3 });

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
  context.map((of) => other.answered(of)),
  context.map((of) => one.asked(of)),
  fc.constantFrom<LogEvent>(
    one.joined('bob'),
    one.left('bob'),
    one.changed(3),
    one.changed(4, { public: true }),
    other.joined('cid', 'cid', 'edge-2'),
    other.deleted(),
    { type: 'edge-gone', edge: 'edge-2' },
    one.ackOfId('bob', 'a'),
    source.ack('bob', 1, 2, 3),
  ),
  fc.record({ messagesBefore: fc.nat(15_000), requestsBefore: fc.nat(15_000) }).map((moments) => ({
    type: 'expired' as const,
    ...moments,
  })),
);

const TABLES = ['topic', 'message', 'open_request', 'presence', 'consumer', 'delivery', 'topic_tombstone'];

async function emptied(readModel: ReadModel): Promise<void> {
  for (const table of TABLES) await readModel.entities().execute(`delete from ${table}`);
}

async function contents(readModel: ReadModel): Promise<unknown> {
  const tables = TABLES.map((table) => select(readModel, `select * from ${table} order by 1, 2`));
  return await Promise.all(tables);
}

async function write(readModel: ReadModel, records: readonly LogRecord[], runs: readonly number[]) {
  await emptied(readModel);
  let at = 0;
  for (const length of [...runs, records.length]) {
    const run = records.slice(at, at + length);
    at += length;
    if (run.length > 0) await readModel.transaction((db) => writeChanges(db, 0, fold(run)));
  }
  return await contents(readModel);
}

test('however the log is cut into runs, the tables are the same', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await using readModel = await openReadModel(database.url);
  const seed = Number(process.env['DASF_SEED'] ?? Date.now() % 1_000_000);
  const property = fc.asyncProperty(
    fc.array(event, { maxLength: 25 }),
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
  // A failure prints the seed; DASF_SEED replays it.
  await fc.assert(property, { seed, numRuns: 30, endOnFailure: false });
});
