import { expect, test } from 'vitest';
import { createBench } from '../testing/bench.ts';
import { trafficOf } from '../testing/drive.ts';
import { verifyBench } from '../testing/verify-bench.ts';

test('a database that a store folds is as the log makes it, row by row', async () => {
  await using bench = await createBench({ partitions: 2 });
  await bench.startStore().ready;
  await trafficOf(bench, 1)(4000);
  await bench.folded();
  const { said, rows, events } = await verifyBench(bench);
  expect(said).toEqual([]);
  expect(events).toBe(4000);
  expect(rows).toBeGreaterThan(1000);
});
