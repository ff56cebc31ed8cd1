import { loadavg } from 'node:os';
import type { Sample } from './results/results.ts';
import type { Sizes } from './sizes.ts';
import type { Measurement } from './workloads/workload.ts';

/** Round by round, in each of them one measurement after the other; what the first run of each says is not kept. */
export async function takeRounds(
  measurements: readonly Measurement[],
  sizes: Sizes,
  say: (line: string) => void,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { measure, warmUp = true } of measurements) if (warmUp) await measure(sizes.warmUp);
  for (let round = 1; round <= sizes.rounds; round += 1) {
    say(`round ${round} of ${sizes.rounds}`);
    for (const { workload, subject, rounds = sizes.rounds, measure } of measurements) {
      if (round > rounds) continue;
      const [load = 0] = loadavg();
      const sample = { workload, subject, round, load, values: await measure(sizes.seconds) };
      samples.push(sample);
      say(`  ${workload.padEnd(14)} ${subject.padEnd(18)} ${inWords(sample)}`);
    }
  }
  return samples;
}

function inWords({ values }: Sample): string {
  const shown = Object.entries(values).filter(([name]) => /perSecond|p50|p99$|cpu|kib/i.test(name));
  return shown
    .map(([name, value]) => `${name} ${value >= 100 ? value.toFixed(0) : value.toPrecision(3)}`)
    .join(', ');
}
