/**
 * Breaks one and the same broker at random for a long time, and says what grows:
 *
 *   npm run test:soak -- --minutes 60 [--seed 1] [--results FILE]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Campaign } from '../campaign.ts';
import { FAULTS } from '../faults/index.ts';
import { Random } from '../random.ts';
import { table } from '../report/table.ts';
import { processesOf } from '../stack/stack.ts';
import { Resources } from './resources.ts';

const MINUTE_MS = 60_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    results: { type: 'string' },
  },
});

/** What needs no machine of its own and leaves the database what it was. */
const faults = FAULTS.filter(({ stack, id }) => stack === undefined && id !== 'F35');
const folder = mkdtempSync(join(tmpdir(), 'dasf-soak-'));
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const random = new Random(`soak:${values.seed}`);
const resources = new Resources();
const deadline = performance.now() + Number(values.minutes) * MINUTE_MS;

const { results, failed } = await soak();
console.log(`\n${table(results)}\n\n| process | looked at | memory an hour | descriptors an hour |`);
console.log(`| --- | --: | --: | --: |\n${resources.slopes().join('\n')}`);
if (failed.length === 0) rmSync(folder, { recursive: true, force: true });
else console.log(`\nWhat belongs to failed runs is kept in ${folder}.`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function soak(): Promise<Campaign> {
  const options = { folder, say: console.log, resultsFile: values.results, keep: false };
  const runsOnOneStack = Number.POSITIVE_INFINITY;
  await using campaign = new Campaign({ ...options, signal: stopping.signal, runsOnOneStack });
  for (let number = 1; performance.now() < deadline && !stopping.signal.aborted; number += 1) {
    await campaign.run(random.pick(faults), number + 1000 * Number(values.seed));
    if (campaign.stack) resources.look(processesOf(campaign.stack));
  }
  return campaign;
}
