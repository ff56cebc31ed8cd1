/**
 * Measures the broker, and what it can be compared with, in one run on this machine:
 *
 *   npm run bench -- [--results bench.json] [--workloads floor,a,c] [--rounds 4] [--seconds 6] [--no-peers] …
 *
 * All sizes are options (`sizes.ts`).
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describeMachine } from './results/machine.ts';
import { runBench } from './run-bench.ts';
import { readArguments } from './sizes.ts';

const { results: path, ...chosen } = readArguments(process.argv.slice(2));
const machine = await describeMachine(tmpdir());
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stop.abort(new Error(signal)));
const results = await runBench({ ...chosen, machine, say: console.log, signal: stop.signal });
writeFileSync(path, `${JSON.stringify(results, undefined, 1)}\n`);
console.log(`\n${results.samples.length} samples in ${path}`);
