import { type LogEvent, readLog } from '@dasf-broker/log';
import { migrate, openReadModel } from '@dasf-broker/readmodel';
import { createDatabase, eventually } from '@dasf-broker/testing';
import { expect, inject, test } from 'vitest';
import { createStore } from '../store.ts';
import { type Bench, createBench, select } from '../testing/bench.ts';
import { eventsOf } from '../testing/events.ts';
import { FAST_TIMES } from '../testing/fast-times.ts';
import { verifyBench } from '../testing/verify-bench.ts';

const { message, ack, asked, joined } = eventsOf('uid-1');
const times = { ...FAST_TIMES, cleanUp: 100 };
const kept = 'select message_id from message order by seq';

test('DASF_MESSAGE_MAX_AGE: messages of cache and cacheall go when they are old, those of store stay', async () => {
  await using bench = await createBench({}, { messageMaxAge: 1000 });
  await bench.append(joined('cid'), message('a', 'cache'), message('b', 'cacheall'), message('c', 'store'));
  await bench.append(ack('bob', 3, 4));
  bench.startStore({ times });
  await bench.folded();
  expect(await select(bench.readModel, kept)).toHaveLength(3);
  await eventually(async () => (await select(bench.readModel, kept)).length === 1);
  expect(await select(bench.readModel, kept)).toEqual([{ message_id: 'c' }]);
  expect(await select(bench.readModel, 'select seq::int from delivery')).toEqual([{ seq: 4 }]);

  // One event says so, and where nothing is old there is none.
  const last = await bench.folded();
  expect(last).toBeLessThanOrEqual(7);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await bench.folded()).toBe(last);

  // Whoever folds the log anew comes to the same, whatever his settings are.
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  const keeping = { ...bench.config.keeping, messageMaxAge: undefined };
  await using _store = createStore({ ...bench.config, databaseUrl: database.url, keeping }, { times });
  await using anew = await openReadModel(database.url);
  const cursor = async () => Number((await select(anew, 'select seq from projection'))[0]?.['seq'] ?? 0);
  await eventually(async () => (await cursor()) >= last);
  expect(await select(anew, kept)).toEqual([{ message_id: 'c' }]);
});

test('nothing is too old by default', async () => {
  await using bench = await createBench();
  await bench.append(message('a', 'cache'));
  bench.startStore({ times });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await bench.folded()).toBe(1);
  expect(await select(bench.readModel, kept)).toHaveLength(1);
});

test('GC-3: a request that nobody answered is open for so long', async () => {
  await using bench = await createBench({}, { requestRetention: 1000 });
  await bench.append(asked('7'));
  bench.startStore({ times });
  await bench.folded();
  const open = () => select(bench.readModel, 'select request_context from open_request');
  expect(await open()).toHaveLength(1);
  await eventually(async () => (await open()).length === 0);
});

const acts = 'select id, outcome from operator_act order by seq';
const act = (id: string, outcome?: string): LogEvent => {
  const begun = {
    type: 'operator-act',
    id,
    user: 'olga',
    act: 'topic-change',
    topic: 'weather',
    change: '{}',
  } as const;
  return outcome === undefined ? begun : { ...begun, outcome };
};

test('DASF_AUDIT_RETENTION: what operators did long ago goes, by an event, and so it does for whoever folds the log', async () => {
  await using bench = await createBench({}, { auditRetention: 2000 });
  await bench.append(act('a1'), act('a1', 'done'), message('a', 'store'));
  bench.startStore({ times });
  await bench.folded();
  expect(await select(bench.readModel, acts)).toEqual([{ id: 'a1', outcome: 'done' }]);
  await eventually(async () => (await select(bench.readModel, acts)).length === 0);
  expect(await select(bench.readModel, kept)).toEqual([{ message_id: 'a' }]);
  await bench.append(act('a2'));
  const last = await bench.folded();
  const events = await expiredIn(bench);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ messagesBefore: 0, requestsBefore: 0, actsBefore: expect.any(Number) });
  expect(last).toBeLessThanOrEqual(6);
  expect((await verifyBench(bench)).said).toEqual([]);
});

test('DASF_AUDIT_RETENTION=0s: what operators did is kept for ever', async () => {
  await using bench = await createBench({}, { auditRetention: 0, messageMaxAge: 1 });
  await bench.append(act('a1'), message('a', 'cache'));
  bench.startStore({ times });
  // When the chore has been there, since the message is gone.
  await eventually(
    async () => (await select(bench.readModel, kept)).length === 0 && (await expiredIn(bench)).length > 0,
  );
  await bench.folded();
  expect(await select(bench.readModel, acts)).toEqual([{ id: 'a1', outcome: null }]);
});

/** The events by which the log of partition 0 says what is kept no longer. */
async function expiredIn({ nc, streams }: Bench): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  const { last } = await streams.end(0);
  for await (const { event, sequence } of readLog(nc, streams, 0, 1, new AbortController().signal)) {
    if (event?.type === 'expired') found.push(event);
    if (sequence >= last) return found;
  }
  return found;
}
