import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createStore } from './store.ts';
import { type Bench, createBench, select, until } from './testing/bench.ts';
import { cuttableLink } from './testing/cuttable-link.ts';
import { eventsOf } from './testing/events.ts';
import { FAST_TIMES } from './testing/fast-times.ts';

const { message, ack } = eventsOf('uid-1');

/** Of each three events the message of retention store stays, delivered once. */
async function publish(bench: Bench, rounds: number): Promise<void> {
  for (let index = 0; index < rounds; index += 1) {
    const { last } = await bench.streams.end(0);
    await bench.append(message('a', 'cache'), message('b', 'store'));
    await bench.append(ack('bob', last + 1, last + 2));
  }
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
  const publishing = publish(bench, 150);
  for (let cuts = 0; cuts < 6; cuts += 1) {
    await sleep(40 + 30 * cuts);
    link.cut();
    await sleep(50 * cuts);
    link.mend();
  }
  await publishing;
  await bench.folded();
  await expectExactlyOnce(bench, 150);
  await until(() => store.health()[0]?.state === 'serving');
});

test('a store that starts before its database waits for it, and says so', async () => {
  await using bench = await createBench();
  await using link = await cuttableLink(bench.config.databaseUrl);
  link.cut();
  await using store = createStore({ ...bench.config, databaseUrl: link.url }, { times: FAST_TIMES });
  await publish(bench, 2);
  await until(() => store.health()[0]?.state === 'degraded');
  link.mend();
  await bench.folded();
  await expectExactlyOnce(bench, 2);
  await until(() => store.health()[0]?.state === 'serving');
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
