import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { createBench, select } from '../testing/bench.ts';
import { trafficOf } from '../testing/drive.ts';
import { verifyBench } from '../testing/verify-bench.ts';

const EVENTS = Number(process.env['DASF_VERIFY_EVENTS'] ?? 12_000);
const SEED = Number(process.env['DASF_SEED'] ?? Date.now() % 1_000_000);
const PARTITIONS = 4;
/** Of a machine that has other things to do. */
const EVENTS_PER_SECOND = 300;
const TIMEOUT_MS = 30_000 + (EVENTS / EVENTS_PER_SECOND) * 1000;

test(
  `${EVENTS} events of all kinds (DASF_SEED=${SEED}): the database is as the log makes it, and one row that is not is found`,
  async () => {
    await using bench = await createBench({ partitions: PARTITIONS });
    await bench.startStore().ready;
    const begun = performance.now();
    await trafficOf(bench, SEED)(EVENTS);
    await bench.folded(TIMEOUT_MS);
    const stored = (performance.now() - begun) / 1000;
    const equal = await verifyBench(bench);
    expect(equal.said).toEqual([]);
    expect(equal.events).toBeGreaterThanOrEqual(EVENTS);
    if (process.env['DASF_VERIFY_EVENTS']) {
      process.stdout.write(
        `${equal.events} events stored and folded in ${stored.toFixed(1)} s; verified with ${equal.rows} rows in ${equal.seconds.toFixed(1)} s\n`,
      );
    }
    const [changed] = await select(
      bench.readModel,
      `update message set "user" = 'nobody' where (partition, seq) in
         (select partition, seq from message order by partition, seq offset 100 limit 1)
       returning partition, seq`,
    );
    const { said } = await verifyBench(bench);
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(
          `^message partition=${changed?.['partition']} seq=${changed?.['seq']}: user is "nobody", by the log "`,
        ),
      ),
      'message: 1 difference',
    ]);
  },
  TIMEOUT_MS,
);
