/**
 * Breaks a whole broker under load and judges what comes out:
 *
 *   npm run test:faults -- [--seed N] [--fault F7,F11 | --fault all] [--runs 1] [--results FILE] [--keep]
 *
 * Without a fault it runs a short set, without a seed it begins with seed 1.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Campaign } from './campaign.ts';
import { FAULTS, type Fault, SHORT_SET } from './faults/index.ts';
import { table } from './report/table.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    fault: { type: 'string' },
    runs: { type: 'string', default: '1' },
    results: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

const wanted = values.fault?.split(',') ?? SHORT_SET;
const named = FAULTS.filter(({ id }) => wanted.includes(id) || wanted.includes('all'));
if (named.length === 0) throw new Error(`There is no such fault: there are ${FAULTS.map(({ id }) => id)}.`);
const isRoot = process.getuid?.() === 0;
const faults: Fault[] = [];
for (const fault of named) {
  const missing =
    fault.needsRoot && !isRoot ? 'it mounts file systems, which takes root' : await fault.missing?.();
  if (missing === undefined) faults.push(fault);
  else console.log(`skipped ${fault.id} ${fault.title}: ${missing}`);
}

const folder = mkdtempSync(join(tmpdir(), 'dasf-faults-'));
mkdirSync(folder, { recursive: true });
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const { keep, results } = values;
const { failed, results: judged } = await runAll();
console.log(`\n${table(judged)}`);
if (failed.length === 0) {
  if (!keep) rmSync(folder, { recursive: true, force: true });
} else {
  console.log(`\nWhat belongs to failed runs is kept in ${folder}. Replay one of them with:`);
  for (const { fault, seed } of failed) {
    console.log(`  npm run test:faults -- --seed ${seed} --fault ${fault}`);
  }
}
// What a run that was given up has left open must not hold up the end.
process.exit(failed.length === 0 ? 0 : 1);

async function runAll(): Promise<Campaign> {
  const options = { folder, say: console.log, resultsFile: results, keep, signal: stopping.signal };
  await using campaign = new Campaign(options);
  const first = Number(values.seed);
  for (let seed = first; seed < first + Number(values.runs); seed += 1) {
    for (const fault of faults) if (!stopping.signal.aborted) await campaign.run(fault, seed);
  }
  return campaign;
}
