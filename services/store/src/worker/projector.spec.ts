import type { LogRecord, UnreadableRecord } from '@dasf-broker/log';
import { expect, test } from 'vitest';
import { type Bench, createBench, select } from '../testing/bench.ts';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { acquireLease } from '../write/cursor.ts';
import { Progress } from './progress.ts';
import { Projector, type ProjectorParts } from './projector.ts';

const { message, ack } = eventsOf('uid-1');
const { signal } = new AbortController();

async function projectorOf(
  bench: Bench,
  owner: string,
  leaseMs = 10_000,
  readModel: ProjectorParts['readModel'] = bench.readModel,
) {
  const lease = await acquireLease(bench.readModel.database, 0, owner, leaseMs);
  if (!lease) return undefined;
  const dead: string[] = [];
  const progress = new Progress(lease.sequence);
  const projector = new Projector({
    readModel,
    subjects: bench.streams.subjects,
    lease,
    epoch: 'epoch-1',
    leaseMs,
    progress,
    voice: { degraded: () => {}, dead: (_record, reason) => dead.push(reason) },
  });
  return { projector, progress, dead };
}

test('a lease belongs to one worker until it ends', async () => {
  await using bench = await createBench();
  expect(await projectorOf(bench, 'one', 300)).toBeDefined();
  expect(await projectorOf(bench, 'two')).toBeUndefined();
  await expect.poll(() => projectorOf(bench, 'two'), { timeout: 5000 }).toBeDefined();
});

test('a worker that was replaced writes nothing, and the other one everything', async () => {
  await using bench = await createBench();
  const old = await projectorOf(bench, 'one', 1);
  await expect.poll(() => projectorOf(bench, 'two', 1), { timeout: 5000 }).toBeDefined();
  const records = recordsOf(message('a', 'cache'));
  await expect(old?.projector.apply(records, signal)).rejects.toThrow('in other hands');
  expect(await select(bench.readModel, 'select * from message')).toEqual([]);
  const next = await projectorOf(bench, 'two');
  await next?.projector.apply(records, signal);
  expect(await select(bench.readModel, 'select message_id from message')).toEqual([{ message_id: 'a' }]);
});

test('rows and cursor are written together or not at all', async () => {
  await using bench = await createBench();
  const worker = await projectorOf(bench, 'one');
  await select(bench.readModel, 'alter table delivery rename to delivery_away');
  const stopping = new AbortController();
  const applying = worker?.projector.apply(recordsOf(message('a', 'store'), ack('ann', 1)), stopping.signal);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const state = 'select seq::int, (select count(*)::int from message) as messages from projection';
  expect(await select(bench.readModel, state)).toEqual([{ seq: 0, messages: 0 }]);
  await select(bench.readModel, 'alter table delivery_away rename to delivery');
  await applying;
  expect(await select(bench.readModel, state)).toEqual([{ seq: 2, messages: 1 }]);
});

test.each([true, false])('a commit of unknown outcome (done: %s) has its effect once', async (done) => {
  await using bench = await createBench();
  const { readModel } = bench;
  let attempts = 0;
  const breaking: ProjectorParts['readModel'] = {
    database: readModel.database,
    transaction: async (work) => {
      attempts += 1;
      if (attempts > 1 || done) await readModel.transaction(work);
      if (attempts === 1) throw new Error('Connection terminated unexpectedly');
      return undefined as never;
    },
  };
  const worker = await projectorOf(bench, 'one', 10_000, breaking);
  await worker?.projector.apply(recordsOf(message('a', 'store'), ack('ann', 1)), signal);
  expect(attempts).toBe(done ? 1 : 2);
  expect(worker?.progress.cursor).toBe(2);
  expect(await select(readModel, 'select message_id from message')).toEqual([{ message_id: 'a' }]);
  expect(await select(readModel, 'select "user" from delivery')).toEqual([{ user: 'ann' }]);
});

test('what cannot be folded is kept as a dead event; all others have their effect', async () => {
  await using bench = await createBench();
  const worker = await projectorOf(bench, 'one');
  const records: (LogRecord | UnreadableRecord)[] = recordsOf(
    message('a', 'cache'),
    message('b', 'cache', { user: 'nul\0' }),
    message('c', 'never' as 'cache'),
    message('d', 'cache', { requestContext: 'nul\0' }),
    message('e', 'cache'),
  );
  const body = Buffer.from([0, 1, 2]);
  const unreadable = {
    subject: 's',
    headers: 'odd\0',
    body,
    reason: 'Header is not JSON.',
    event: undefined,
  };
  records.push({ partition: 0, sequence: 6, time: 6000, ...unreadable });
  await worker?.projector.apply(records, signal);
  expect(await select(bench.readModel, 'select message_id from message order by seq')).toEqual([
    { message_id: 'a' },
    { message_id: 'd' },
    { message_id: 'e' },
  ]);
  const dead = await select(
    bench.readModel,
    'select seq::int, epoch, reason, body from dead_event order by seq',
  );
  expect(dead.map((event) => [event['seq'], event['epoch']])).toEqual([
    [2, 'epoch-1'],
    [3, 'epoch-1'],
    [6, 'epoch-1'],
  ]);
  expect(dead[2]).toMatchObject({ reason: 'Header is not JSON.', body });
  expect(worker?.dead).toHaveLength(3);
  expect(worker?.progress.cursor).toBe(6);
});

test('a gap in the log is never skipped', async () => {
  await using bench = await createBench();
  const worker = await projectorOf(bench, 'one');
  const [, second] = recordsOf(message('a', 'cache'), message('b', 'cache'));
  await expect(worker?.projector.apply(second ? [second] : [], signal)).rejects.toThrow(
    'goes on at 2 where 1 was expected',
  );
});
