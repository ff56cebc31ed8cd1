import type { LogEvent, LogRecord } from '@dasf-broker/log';
import type { Retention } from '@dasf-broker/protocol';
import { findOutstanding, migrate, openReadModel, type ReadModel } from '@dasf-broker/readmodel';
import { createDatabase } from '@dasf-broker/testing';
import { expect, inject, test } from 'vitest';
import { fold } from '../fold/evolve.ts';
import { select } from '../testing/bench.ts';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { writeChanges } from './write-changes.ts';

const USERS = ['ann', 'bob'];

async function freshReadModel(stack: AsyncDisposableStack): Promise<ReadModel> {
  const database = stack.use(await createDatabase(inject('databaseUrl')));
  await migrate(database.url);
  return stack.use(await openReadModel(database.url));
}

/** Writes records in runs of these lengths, over and over. */
async function write(model: ReadModel, records: readonly LogRecord[], runs: readonly number[]) {
  for (let start = 0, turn = 0; start < records.length; turn += 1) {
    const end = start + (runs[turn % runs.length] ?? 1);
    const changes = fold(records.slice(start, end));
    await model.transaction((db) => writeChanges(db, 0, changes));
    start = end;
  }
}

const stretches = (model: ReadModel) =>
  select(model, 'select topic_uid, "user", first_seq::int, last_seq::int from acknowledged order by 1, 2, 3');

test('a user who acknowledges all has one row, also beside another topic', async () => {
  await using stack = new AsyncDisposableStack();
  const model = await freshReadModel(stack);
  const [one, other] = [eventsOf('one'), eventsOf('other')];
  const events: LogEvent[] = [];
  for (let index = 0; index < 50; index += 1) {
    events.push(one.message(`m${index}`, 'store'), other.message(`o${index}`, 'store'));
    events.push(one.message(`c${index}`, 'cache'), one.ack('ann', 4 * index + 1));
  }
  await write(model, recordsOf(...events), [7]);
  expect(await stretches(model)).toEqual([{ topic_uid: 'one', user: 'ann', first_seq: 1, last_seq: 197 }]);
});

test('stretches say what is outstanding, and do not depend on how runs are divided', async () => {
  await using stack = new AsyncDisposableStack();
  const [first, second] = [await freshReadModel(stack), await freshReadModel(stack)];
  const { events, outstanding } = randomHistory(600);
  const records = recordsOf(...events);
  await write(first, records, [1, 2, 3, 50]);
  await write(second, records, [97, 1, 13]);
  expect(await stretches(first)).toEqual(await stretches(second));
  for (const uid of ['one', 'other']) {
    for (const user of USERS) {
      const range = { uid, user, after: 0, upTo: records.length };
      const { messages } = await findOutstanding(first.database, range);
      expect(messages.map(({ sequence }) => sequence)).toEqual(outstanding(uid, user));
    }
  }
});

/** Messages of two topics under all rules, acknowledged in any order, and what is left of them by a simple model. */
function randomHistory(length: number) {
  const random = randomNumbers(20_261_123);
  const topics = { one: eventsOf('one'), other: eventsOf('other') };
  const uids = ['one', 'other'] as const;
  const events: LogEvent[] = uids.flatMap((uid) => USERS.map((user) => topics[uid].joined(user)));
  const messages: { uid: string; sequence: number; retention: Retention; by: Set<string> }[] = [];
  while (events.length < length) {
    const uid = uids[random(2)] ?? 'one';
    if (random(2) === 0) {
      const retention = (['cache', 'cacheall', 'store'] as const)[random(3)] ?? 'cache';
      events.push(topics[uid].message(`m${events.length}`, retention));
      messages.push({ uid, sequence: events.length, retention, by: new Set() });
    } else {
      const user = USERS[random(2)] ?? 'ann';
      const own = messages.filter((message) => message.uid === uid);
      const some = own.filter(() => random(own.length) < 3);
      events.push(topics[uid].ack(user, ...some.map(({ sequence }) => sequence)));
      for (const message of some) message.by.add(user);
    }
  }
  const outstanding = (uid: string, user: string) =>
    messages
      .filter((message) => message.uid === uid)
      .filter(({ retention, by }) => (retention === 'cache' ? by.size === 0 : !by.has(user)))
      .map(({ sequence }) => sequence);
  return { events, outstanding };
}

/** The same numbers at each run, each below what is asked for. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
