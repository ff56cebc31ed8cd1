import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { createStore } from './store.ts';
import { type Bench, createBench, select } from './testing/bench.ts';
import { cuttableLink } from './testing/cuttable-link.ts';
import { eventsOf } from './testing/events.ts';
import { FAST_TIMES } from './testing/fast-times.ts';

const { message, ack } = eventsOf('uid-1');

/** Of each three events the message of retention store stays, delivered once. Resolves with the rounds. */
async function publish(bench: Bench, goesOn: (rounds: number) => boolean): Promise<number> {
  let rounds = 0;
  for (; goesOn(rounds); rounds += 1) {
    const { last } = await bench.streams.end(0);
    await bench.append(message('a', 'cache'), message('b', 'store'));
    await bench.append(ack('bob', last + 1, last + 2));
  }
  return rounds;
}

async function expectExactlyOnce(bench: Bench, rounds: number): Promise<void> {
  const expected = Array.from({ length: rounds }, (_, index) => ({ seq: index * 3 + 2 }));
  expect(await select(bench.readModel, 'select seq::int from message order by seq')).toEqual(expected);
  expect(await select(bench.readModel, 'select seq::int from delivery order by seq')).toEqual(expected);
  expect(await select(bench.readModel, 'select * from dead_event')).toEqual([]);
}

test.each(['natsUrl', 'databaseUrl'] as const)('%s cut again and again: exactly once', async (which) => {
  await using bench = await createBench();
  await using link = await cuttableLink(bench.config[which]);
  await using store = createStore({ ...bench.config, [which]: link.url }, { times: FAST_TIMES });
  await store.ready;
  let cutting = true;
  const publishing = publish(bench, () => cutting);
  for (let cuts = 0; cuts < 6; cuts += 1) {
    await sleep(40 + 30 * cuts);
    link.cut();
    await sleep(50 * cuts);
    link.mend();
  }
  cutting = false;
  const rounds = await publishing;
  expect(rounds).toBeGreaterThan(5);
  await bench.folded();
  await expectExactlyOnce(bench, rounds);
  await eventually(() => store.health()[0]?.state === 'serving');
});

test('a store that starts before its database waits for it, and says so', async () => {
  await using bench = await createBench();
  await using link = await cuttableLink(bench.config.databaseUrl);
  link.cut();
  await using store = createStore({ ...bench.config, databaseUrl: link.url }, { times: FAST_TIMES });
  await publish(bench, (rounds) => rounds < 2);
  await eventually(() => store.health()[0]?.state === 'degraded');
  link.mend();
  await bench.folded();
  await expectExactlyOnce(bench, 2);
  await eventually(() => store.health()[0]?.state === 'serving');
});

test('a store that had nothing to write while its database was away is well again afterwards', async () => {
  await using bench = await createBench();
  await using link = await cuttableLink(bench.config.databaseUrl);
  await using store = createStore({ ...bench.config, databaseUrl: link.url }, { times: FAST_TIMES });
  await eventually(() => store.health()[0]?.state === 'serving');
  link.cut();
  // Until its lease could not be renewed, either.
  await sleep(1000);
  expect(store.health()[0]?.state).toBe('degraded');
  link.mend();
  await eventually(() => store.health()[0]?.state === 'serving');
});

test('a store that starts before its log can be ended', async () => {
  await using bench = await createBench();
  await using link = await cuttableLink(bench.config.natsUrl);
  link.cut();
  const store = createStore({ ...bench.config, natsUrl: link.url });
  await sleep(200);
  expect(store.health()).toEqual([]);
  await store[Symbol.asyncDispose]();
});

test('a store can be ended at every moment of its start', async () => {
  await using bench = await createBench({ partitions: 2 });
  for (let moment = 0; moment < 150; moment += 6) {
    const store = createStore(bench.config, { times: FAST_TIMES });
    await sleep(moment);
    await store[Symbol.asyncDispose]();
  }
  const store = bench.startStore({ times: FAST_TIMES });
  await store.ready;
  await eventually(() => store.health().every(({ state }) => state === 'serving'));
});

test('a log that falls silent is read anew', async () => {
  await using bench = await createBench();
  await using store = bench.startStore({ times: FAST_TIMES });
  await store.ready;
  await publish(bench, (rounds) => rounds < 1);
  await bench.folded();
  // The client would notice only after two heartbeats that did not come.
  const consumers = (await jetstreamManager(bench.nc)).consumers;
  const stream = bench.streams.subjects.stream(0);
  for await (const { name } of consumers.list(stream)) await consumers.delete(stream, name);
  await publish(bench, (rounds) => rounds < 1);
  await bench.folded(5000);
});
