import { askBacklog, type BacklogQuestion } from '@dasf-broker/backlog';
import type { Slug } from '@dasf-broker/protocol';
import { expect, test } from 'vitest';
import { type Bench, createBench, select } from './testing/bench.ts';
import { eventsOf } from './testing/events.ts';
import { FAST_TIMES } from './testing/fast-times.ts';

const { message, ack } = eventsOf('uid-1');
const question = {
  partition: 0,
  topic: 'weather' as Slug,
  uid: 'uid-1',
  user: 'ann',
  after: 0,
};

/** Asks as an edge does: for what the log holds now. */
async function ask(bench: Bench, more: Partial<BacklogQuestion> = {}) {
  const upTo = more.upTo ?? (await bench.streams.end(0)).last;
  return askBacklog(bench.nc, bench.streams.subjects, { ...question, upTo, ...more }, 5000);
}

test('DLV-2: the answer has everything that was in the log at the time of the question', async () => {
  await using bench = await createBench();
  await bench.startStore().ready;
  for (let round = 1; round <= 20; round += 1) {
    await bench.append(message(`m${round}`, 'cache'));
    const page = await ask(bench);
    expect(page.messages.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: round }, (_, index) => index + 1),
    );
  }
});

test('DLV-2: pages together are complete and ordered, whatever comes or goes in between', async () => {
  await using bench = await createBench();
  await bench.startStore().ready;
  const frame = Buffer.alloc(100_000, 'x');
  for (let index = 0; index < 30; index += 1) await bench.append(message(`m${index}`, 'cache', { frame }));
  const first = await ask(bench);
  expect(first.more).toBe(true);
  await bench.append(message('later', 'cache'), ack('bob', 30));
  await bench.folded();
  const seen = first.messages.map(({ sequence }) => sequence);
  for (let { more } = first; more; ) {
    const page = await ask(bench, { after: seen.at(-1) ?? 0, upTo: 30 });
    seen.push(...page.messages.map(({ sequence }) => sequence));
    more = page.more;
  }
  expect(seen).toEqual(Array.from({ length: 29 }, (_, index) => index + 1));
  expect(Buffer.from(first.messages[0]?.frame ?? []).equals(frame)).toBe(true);
});

test('a herd of questions is answered, and does not cost the worker its lease', async () => {
  await using bench = await createBench();
  await bench.startStore({ times: FAST_TIMES }).ready;
  const frame = Buffer.alloc(1000, 'x');
  for (let index = 0; index < 5; index += 1) await bench.append(message(`m${index}`, 'cache', { frame }));
  const pages = await Promise.all(Array.from({ length: 800 }, (_, user) => ask(bench, { user: `u${user}` })));
  expect(pages.every((page) => page.messages.length === 5)).toBe(true);
  expect(await select(bench.readModel, 'select owner_epoch::int as epoch from projection')).toEqual([
    { epoch: 1 },
  ]);
});

test('a store that cannot catch up says so', async () => {
  await using bench = await createBench();
  const store = bench.startStore({ times: { answer: 300 } });
  await store.ready;
  await bench.readModel.transaction(async (db) => {
    const { sql } = await import('kysely');
    await sql`select from projection for update`.execute(db);
    await bench.append(message('a', 'cache'));
    await expect(ask(bench)).rejects.toThrow('has not caught up with the log yet');
  });
  await bench.folded();
  expect((await ask(bench)).messages).toHaveLength(1);
});

test('what a restore took away for the moment is not answered as if it had never been', async () => {
  await using bench = await createBench();
  await bench.startStore({ times: { leaseRenewal: 5000 } }).ready;
  await bench.append(message('a', 'store'), message('b', 'store'));
  await bench.folded();
  expect((await ask(bench)).messages).toHaveLength(2);
  // As a restore leaves it: older, and in nobody's hands.
  await bench.readModel.transaction(async (db) => {
    const { sql } = await import('kysely');
    await sql`delete from message where seq = 2`.execute(db);
    await sql`update projection set seq = 1, owner = null, lease_until = null, owner_epoch = owner_epoch + 9`.execute(
      db,
    );
  });
  await expect(ask(bench)).rejects.toThrow('in other hands');
  await bench.folded();
  expect((await ask(bench)).messages).toHaveLength(2);
});

test('a store that ends answers what it was asked before it lets go of its database', async () => {
  await using bench = await createBench();
  const store = bench.startStore();
  await store.ready;
  const asked = expect(ask(bench, { upTo: 9 })).rejects.toThrow('has given the partition up');
  // What is answered later was taken later.
  await ask(bench, { upTo: 0 });
  await store[Symbol.asyncDispose]();
  await asked;
});
