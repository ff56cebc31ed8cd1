import { loadavg } from 'node:os';
import type { Sample } from './results/results.ts';
import type { Sizes } from './sizes.ts';
import type { Measurement } from './workloads/workload.ts';

interface RoundsOptions {
  readonly sizes: Sizes;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Rounds {
  readonly samples: readonly Sample[];
  readonly failures: readonly string[];
}

/**
 * Round by round, in each of them one measurement after the other; what the first run of each says is not kept. One
 * that fails leaves the others as they are.
 */
export async function takeRounds(
  measurements: readonly Measurement[],
  { sizes, say, signal }: RoundsOptions,
): Promise<Rounds> {
  const samples: Sample[] = [];
  const failures: string[] = [];
  const attempt = async ({ workload, subject }: Measurement, take: () => Promise<void>) => {
    if (signal?.aborted) return;
    try {
      await take();
    } catch (error) {
      failures.push(`${workload} of ${subject}: ${(error as Error).message}`);
      say(`  FAILED, ${failures.at(-1)}`);
    }
  };
  for (const each of measurements) {
    if (each.warmUp === false) continue;
    say(`warming up ${each.workload} of ${each.subject}`);
    await attempt(each, async () => void (await each.measure(sizes.warmUp)));
  }
  for (let round = 1; round <= sizes.rounds; round += 1) {
    say(`round ${round} of ${sizes.rounds}`);
    for (const each of measurements) {
      if (round > (each.rounds ?? sizes.rounds)) continue;
      await attempt(each, async () => {
        const { workload, subject } = each;
        const [load = 0] = loadavg();
        const sample = { workload, subject, round, load, values: await each.measure(sizes.seconds) };
        samples.push(sample);
        say(`  ${workload.padEnd(14)} ${subject.padEnd(18)} ${inWords(sample)}`);
      });
    }
  }
  return { samples, failures };
}

function inWords({ values }: Sample): string {
  const shown = Object.entries(values).filter(([name]) => /perSecond|p50|p99$|cpu|kib/i.test(name));
  return shown
    .map(([name, value]) => `${name} ${value >= 100 ? value.toFixed(0) : value.toPrecision(3)}`)
    .join(', ');
}
