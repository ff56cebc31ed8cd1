/**
 * Breaks one and the same broker at random for a long time, and says what grows:
 *
 *   npm run test:soak -- --minutes 60 [--seed 1] [--results FILE]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SELF_WATCH } from '../../harness/fare/fare.ts';
import { CAN_GIVE_BACK } from '../../harness/fare/give-back.ts';
import { Campaign } from '../campaign.ts';
import { FAULTS, type Fault } from '../faults/index.ts';
import { Random } from '../random.ts';
import * as faultTable from '../report/table.ts';
import type { FaultStack } from '../stack/stack.ts';
import { removeTopics } from '../workload/scene.ts';
import { Resources, table } from './resources.ts';

/** Each of V8's threads keeps 2 MiB for itself once it has had a large task, which looks like growth. */
const ALL_IN_ONE_THREAD = '--v8-pool-size=0';
const MINUTE_MS = 60_000;
/** Some runs write 200 MB, and the log keeps all of them. */
const LOG_BYTES = 32 * 1024 ** 3;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    results: { type: 'string' },
  },
});

/** What needs no machine of its own and leaves the database what it was. */
const faults = FAULTS.filter(({ stack, id }) => stack === undefined && id !== 'F35').map(sparing);
const folder = mkdtempSync(join(tmpdir(), 'dasf-soak-'));
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const random = new Random(`soak:${values.seed}`);
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0, not ${values.minutes}.`);
const resources = new Resources();
if (!CAN_GIVE_BACK)
  console.log('Resident memory is told with what the C library holds free: it is not glibc.');
const deadline = performance.now() + minutes * MINUTE_MS;

const { results, failed } = await soak();
const rows = resources.rows();
console.log(`\n${faultTable.table(results)}\n\n${table(rows).join('\n')}`);
if (failed.length === 0) rmSync(folder, { recursive: true, force: true });
else console.log(`\nWhat belongs to failed runs is kept in ${folder}.`);
// What a run that was given up has left open must not hold up the end.
const isFlat = results.length > 0 && rows.every(({ grows }) => grows.length === 0);
process.exit(failed.length === 0 && isFlat ? 0 : 1);

async function soak(): Promise<Campaign> {
  const options = { folder, say: console.log, resultsFile: values.results, keep: false };
  const runsOnOneStack = Number.POSITIVE_INFINITY;
  const settings = { NODE_OPTIONS: `--import=${SELF_WATCH} ${ALL_IN_ONE_THREAD}` };
  const stack = { logBytes: LOG_BYTES, settings };
  await using campaign = new Campaign({ ...options, signal: stopping.signal, runsOnOneStack, stack });
  for (let number = 1; performance.now() < deadline && !stopping.signal.aborted; number += 1) {
    const { lag } = await campaign.run(random.pick(faults), number + 1000 * Number(values.seed));
    if (campaign.stack) await lookAt(campaign.stack, lag);
  }
  return campaign;
}

/** What grows with the number of topics is no leak. */
async function lookAt(stack: FaultStack, lag: number): Promise<void> {
  await removeTopics(stack);
  await resources.look(spared(stack), lag);
}

function spared({ edges, stores, apis }: FaultStack) {
  return [edges, stores, apis].flatMap((kind) => kind.slice(0, 1));
}

/** The same fault, but the first service of each kind lives on: a process that begins anew tells nothing of growth. */
function sparing(fault: Fault): Fault {
  if (!fault.endsServices) return fault;
  return {
    ...fault,
    inject: ({ stack, ...context }) => {
      const [edges, stores, apis] = [stack.edges.slice(1), stack.stores.slice(1), stack.apis.slice(1)];
      return fault.inject({ ...context, stack: { ...stack, edges, stores, apis } });
    },
  };
}
