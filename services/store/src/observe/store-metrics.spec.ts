import { expect, test } from 'vitest';
import { createBench } from '../testing/bench.ts';
import { eventsOf } from '../testing/events.ts';
import { partitionLooks } from './partition-look.ts';

const { message } = eventsOf('uid-1');

test('a store tells what it leads and folds, and what it cannot fold', async () => {
  await using bench = await createBench();
  const store = bench.startStore();
  const { metrics, readiness } = await store.monitoring;
  await bench.append(message('a', 'cache'), message('b', 'cache'));
  await bench.nc.request(bench.streams.subjects.stored(0, message('c', 'cache')), 'no event at all');
  const last = await bench.folded();
  const scraped = async () => (await metrics.text()).split('\n');
  await expect.poll(scraped, { timeout: 10_000 }).toContain('dasf_store_lag_events{partition="0"} 0');
  expect(await scraped()).toEqual(
    expect.arrayContaining([
      'dasf_store_leader{partition="0"} 1',
      'dasf_store_halted{partition="0"} 0',
      'dasf_store_degraded{partition="0"} 0',
      'dasf_store_lag_seconds{partition="0"} 0',
      'dasf_store_dead_events_total{partition="0"} 1',
      'dasf_nats_up{connection="main"} 1',
    ]),
  );
  const [, cursor] = /^dasf_store_cursor\{partition="0"\} (\d+)$/m.exec(await metrics.text()) ?? [];
  expect(Number(cursor)).toBeGreaterThanOrEqual(last);
  expect(await metrics.text()).toMatch(/^dasf_store_fold_events_sum\{partition="0"\} [3-9]/m);
  // Without a limit there is nothing to tell.
  expect(await metrics.text()).not.toMatch(/^dasf_store_log_max_bytes\{/m);
  expect((await readiness.findings()).map(({ name, fault }) => [name, fault])).toEqual([
    ['process', undefined],
    ['nats', undefined],
    ['database', undefined],
    ['schema', undefined],
    ['partitions', undefined],
  ]);
});

test('how far a partition is behind counts from its oldest event that is not folded', async () => {
  let asked = 0;
  const log = {
    epoch: '',
    first: 3,
    last: 9,
    firstTime: 0,
    lastTime: 0,
    now: 60_000,
    bytes: 700,
    maxBytes: 1000,
  };
  const streams = {
    extent: async () => {
      asked += 1;
      return log;
    },
    timeOf: async (_: number, sequence: number) => sequence * 5000,
  };
  const led = { state: 'serving', leader: true } as const;
  const looks = partitionLooks(streams, () => [
    { ...led, partition: 0, cursor: 5 },
    { ...led, partition: 1, cursor: 9 },
    { ...led, partition: 2, cursor: 0 },
    { partition: 3, cursor: 0, state: 'standby', leader: false },
  ]);
  const [[behind, done, beyond]] = await Promise.all([looks(), looks()]);
  expect(behind).toMatchObject({
    behind: 4,
    behindSeconds: 30,
    logEvents: 7,
    logBytes: 700,
    logMaxBytes: 1000,
  });
  expect(done).toMatchObject({ behind: 0, behindSeconds: 0 });
  expect(beyond).toMatchObject({ behind: 9, behindSeconds: 45 });
  expect(asked).toBe(3);
});
