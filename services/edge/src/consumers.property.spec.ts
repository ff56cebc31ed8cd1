import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { faultsAfter } from './testing/world/interleaving.ts';
import { STEPS } from './testing/world/steps.ts';
import { stopTime } from './testing/world/time.ts';

/** These repeat a run or make it longer; a failure says what to set. */
const runs = Number(process.env['DASF_TEST_RUNS'] ?? 10_000);
/** Fixed: the same code is judged alike each time. Others are tried with `DASF_TEST_SEED`. */
const KNOWN_SEED = 326306517;
const seed = Number(process.env['DASF_TEST_SEED'] ?? KNOWN_SEED);
const { DASF_TEST_PATH: path, DASF_TEST_REPLAY: replayPath } = process.env;

const steps = fc.commands([STEPS], { maxCommands: 50, size: 'max', ...(replayPath ? { replayPath } : {}) });
/** Little, so that what must wait is often too much; or enough for all. */
const bufferBytes = fc.constantFrom(15, 35, 10_000);

describe(`consumers in ${runs} interleavings (seed ${seed})`, () => {
  beforeAll(stopTime);
  afterAll(() => {
    vi.useRealTimers();
  });

  it('get what they are owed, once, in order, and nothing else', async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      bufferBytes,
      steps,
      async (scheduler, bytes, commands) => {
        expect(await faultsAfter(scheduler, bytes, commands)).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: runs, seed, ...(path ? { path } : {}) });
  }, 600_000);
});
