import { Generator } from './load/generator.ts';
import type { Machine } from './results/machine.ts';
import type { Results } from './results/results.ts';
import { takeRounds } from './rounds.ts';
import type { Sizes } from './sizes.ts';
import { startBareServers } from './subjects/bare-servers.ts';
import { OurBroker } from './subjects/our-broker.ts';
import { startPeers } from './subjects/peers.ts';
import { workloads } from './workloads/index.ts';
import type { Measurement, Workload } from './workloads/workload.ts';

export interface BenchOptions {
  readonly sizes: Sizes;
  /** By letter; all where none is named. */
  readonly workloads: readonly string[];
  /** Whether it is compared with other brokers. */
  readonly peers: boolean;
  readonly machine: Machine;
  readonly say: (line: string) => void;
  /** Aborted: all ends after the measurement that is under way. */
  readonly signal?: AbortSignal;
}

export async function runBench(options: BenchOptions): Promise<Results> {
  const { sizes, machine, say } = options;
  const began = new Date();
  const chosen = choose(options.workloads);
  await using closing = new AsyncDisposableStack();
  const bare = closing.use(await startBareServers());
  const ours = closing.use(await OurBroker.start());
  const peers = options.peers ? await startPeers(bare, closing, say) : { skipped: [] };
  const generator = closing.use(new Generator());
  const scene = { sizes, generator, bare, ours, peers, closing };
  const measurements: Measurement[] = [];
  for (const open of chosen) measurements.push(...(await open(scene)));
  const rounds = await takeRounds(measurements, options);
  return {
    machine,
    startedAt: began.toISOString(),
    minutes: (Date.now() - began.getTime()) / 60_000,
    sizes,
    skipped: peers.skipped,
    ...rounds,
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
