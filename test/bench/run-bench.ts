import { Generator } from './load/generator.ts';
import type { Machine } from './results/machine.ts';
import type { Results } from './results/results.ts';
import { takeRounds } from './rounds.ts';
import type { Sizes } from './sizes.ts';
import { startBareServers } from './subjects/bare-servers.ts';
import { OurBroker } from './subjects/our-broker.ts';
import { workloads } from './workloads/index.ts';
import type { Measurement, Workload } from './workloads/workload.ts';

export interface BenchOptions {
  readonly sizes: Sizes;
  /** By letter; all where none is named. */
  readonly workloads: readonly string[];
  readonly machine: Machine;
  readonly say: (line: string) => void;
}

export async function runBench(options: BenchOptions): Promise<Results> {
  const { sizes, machine, say } = options;
  const began = new Date();
  const chosen = choose(options.workloads);
  await using opening = new AsyncDisposableStack();
  const scene = {
    sizes,
    generator: opening.use(new Generator()),
    bare: opening.use(await startBareServers()),
    ours: opening.use(await OurBroker.start()),
    closing: opening,
  };
  const measurements: Measurement[] = [];
  for (const open of chosen) measurements.push(...(await open(scene)));
  const samples = await takeRounds(measurements, sizes, say);
  return {
    machine,
    startedAt: began.toISOString(),
    minutes: (Date.now() - began.getTime()) / 60_000,
    sizes,
    skipped: [],
    samples,
  };
}

function choose(letters: readonly string[]): Workload[] {
  if (letters.length === 0) return Object.values(workloads);
  return letters.map((letter) => {
    const workload = workloads[letter];
    if (!workload)
      throw new TypeError(`There is no workload "${letter}": ${Object.keys(workloads).join(', ')}.`);
    return workload;
  });
}
