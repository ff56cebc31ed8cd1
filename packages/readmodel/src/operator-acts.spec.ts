import { createDatabase } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { migrate } from './migrate.ts';
import { type ActQuery, listActs } from './operator-acts.ts';
import { openReadModel } from './read-model.ts';
import { watchPlans } from './testing/watched-plans.ts';

test('what operators did is listed newest first, a page at a time, by index', async () => {
  await using temporary = await createDatabase(inject('databaseUrl'));
  await migrate(temporary.url);
  await using model = await openReadModel(temporary.url);
  await sql`insert into operator_act (partition, seq, id, at, "user", act, topic, target, change, outcome)
    select 0, n, 'id' || n, '2030-01-01T00:00:00Z'::timestamptz + n * interval '1 second',
      case when n % 1000 = 1 then 'eve' else 'olga' end, 'topic-change', 't' || (n % 10), 'x' || (n % 4), '', 'done'
    from generate_series(1, 5000) n`.execute(model.database);
  await sql`analyze`.execute(model.database);
  const watched = watchPlans(model.database);
  const sequences = async (query: Omit<ActQuery, 'limit'>, limit: number, most?: number) => {
    const pages: number[][] = [];
    for (let after = query.after; pages.length === 0 || after !== undefined; ) {
      const { acts, next } = await listActs(watched.database, 0, { ...query, limit, after }, most);
      pages.push(acts.map(({ sequence }) => sequence));
      after = next ?? undefined;
    }
    return pages;
  };
  expect(await sequences({ user: 'eve' }, 3)).toEqual([
    [4001, 3001, 2001],
    [1001, 1],
  ]);
  expect(await sequences({ user: 'eve', after: 3001 }, 3, 500)).toEqual([
    [],
    [2001],
    [],
    [1001],
    [],
    [1],
    [],
  ]);
  const since = new Date('2030-01-01T00:00:10Z');
  const until = new Date('2030-01-01T00:00:20Z');
  expect(await sequences({ since, until, topic: 't4', target: 'x2' }, 9)).toEqual([[14]]);
  expect(await sequences({ act: 'topic-delete' }, 9)).toEqual([[]]);
  expect((await listActs(model.database, 1, { limit: 1 })).acts).toEqual([]);
  expect((await listActs(model.database, 0, { limit: 1, after: 2 })).acts).toEqual([
    {
      sequence: 1,
      at: new Date('2030-01-01T00:00:01Z'),
      user: 'eve',
      act: 'topic-change',
      topic: 't1',
      target: 'x1',
      change: '',
      outcome: 'done',
    },
  ]);
  for (const plan of await watched.plans()) expect(plan).not.toContain('Seq Scan');
});
