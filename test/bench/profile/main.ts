/**
 * Where the processor time of edge and store goes, a workload at a time; writes docs/performance-profile.md:
 *
 *   npm run bench:profile -- [--workloads a,c,f,g] [--to docs] [--seconds 6] …
 *
 * Sizes are options as of `npm run bench`. Profiled processes are slower, and rates are not told.
 */
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../report/words.ts';
import { describeMachine } from '../results/machine.ts';
import { runBench } from '../run-bench.ts';
import { readArguments } from '../sizes.ts';
import { type Share, sharesOf } from './shares.ts';

const WORKLOADS = 'a,c,f,g';
const SERVICES = ['edge', 'store'];
const SHOWN = 12;

const args = process.argv.slice(2);
const at = args.indexOf('--to');
const [, to = join(import.meta.dirname, '../../../docs')] = at < 0 ? [] : args.splice(at, 2);
const { sizes, workloads } = readArguments([`--workloads=${WORKLOADS}`, '--rounds=1', ...args]);
const machine = await describeMachine(tmpdir());
const sections: string[] = [];
for (const workload of workloads) sections.push(await profiled(workload));
const path = join(to, 'performance-profile.md');
writeFileSync(path, page());
console.log(`${path} tells of ${workloads.length} workloads.`);

async function profiled(workload: string): Promise<string> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-profile-'));
  process.env['PROFILE_FOLDER'] = folder.path;
  process.env['NODE_OPTIONS'] = `--import=${new URL('./preload.ts', import.meta.url)}`;
  const { failures } = await runBench({
    sizes,
    workloads: [workload],
    peers: false,
    machine,
    say: console.log,
  });
  if (failures.length > 0) throw new Error(`${workload} was not measured: ${failures.join(', ')}`);
  const parts = SERVICES.map((service) => {
    const profile = JSON.parse(readFileSync(join(folder.path, `${service}.cpuprofile`), 'utf8'));
    return `${service}:\n\n${sharesTable(sharesOf(profile))}`;
  });
  return `## \`${workload}\`\n\n${parts.join('\n\n')}`;
}

function sharesTable(shares: readonly Share[]): string {
  const rows = shares
    .slice(0, SHOWN)
    .map(({ what, share }) => [what.replaceAll('|', '\\|'), `${(share * 100).toFixed(1)} %`]);
  return table(['what', 'of its time'], rows);
}

function page(): string {
  return `# Where the time goes

Made by \`npm run bench:profile\`; not to be edited by hand. For each workload ([benchmarks.md](benchmarks.md)), what the
edge and the store did from their start to their end, functions by themselves without what they call, as parts of the
time in which the process did anything.

${sections.join('\n\n')}

Broker ${machine.broker}, nats-server ${machine.nats}, Node ${machine.node}, ${machine.processors}; ${sizes.seconds} seconds after ${sizes.warmUp} of warming up.
`;
}
