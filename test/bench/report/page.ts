import type { Results } from '../results/results.ts';
import { spreadOf } from './medians.ts';
import { isMet, TARGETS } from './targets.ts';
import { inWords, number, table } from './words.ts';

const PROCESSES = ['edge', 'store', 'api', 'nats', 'postgres', 'django', 'redis', 'rabbitmq', 'echo'];

/** The page that tells what came out. */
export function page(
  results: Results,
  plots: readonly { readonly title: string; readonly file: string }[],
): string {
  const { machine, samples, sizes, skipped, failures } = results;
  const loads = samples.map(({ load }) => load);
  return `# Performance

Made by \`npm run bench:report\` from the results of one \`npm run bench\` of ${results.startedAt.slice(0, 10)}; not to be
edited by hand. [benchmarks.md](benchmarks.md) says what is measured and how.

Times and rates are of this machine and mean little elsewhere; ratios are of figures that were taken one after the other,
round by round. Each is the median of ${sizes['rounds']} rounds, with the least and the greatest.

## Against the targets

${table(
  ['what', 'target', 'reached', ''],
  TARGETS.map((target) => targetRow(results, target)),
)}

${plots.map(({ title, file }) => `![${title}](${file})`).join('\n\n')}

## Rates and latencies

Milliseconds. \`a\` and \`b\` go as fast as they can, \`-steady\` at ${number((sizes['steadyShare'] ?? 0) * 100)} % of that,
each message counted from when it was due.

${table(['workload', 'of', 'a second', 'p50', 'p99', 'p99.9'], rateRows(results))}

## Processor time

Microseconds of each process for one message: published, delivered, acknowledged (a call: its request and its response;
\`g\`: one delivery).

${table(['workload', 'of', ...PROCESSES], costRows(results))}

## What it ran on

- ${machine.processors}, ${machine.memoryGiB} GiB, ${machine.kernel}, log on ${machine.disk}; load generator and all servers
  on the same machine; load average ${number(Math.min(...loads))} to ${number(Math.max(...loads))}
- broker ${machine.broker}, nats-server ${machine.nats} with \`sync_interval: always\`, Node ${machine.node}
- ${number(results.minutes)} minutes; ${Object.entries(sizes)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ')}
${skipped.map((line) => `- not measured: ${line}`).join('\n')}
${failures.map((line) => `- failed: ${line.split('\n', 1)[0]}`).join('\n')}
`
    .trimEnd()
    .concat('\n');
}

function targetRow(results: Results, target: (typeof TARGETS)[number]): string[] {
  const reached = target.reached(results);
  const wanted =
    target.atMost === undefined ? `≥ ${number(target.atLeast ?? 0)}` : `≤ ${number(target.atMost)}`;
  return [
    target.what,
    wanted,
    inWords(reached),
    reached ? (isMet(target, reached) ? 'met' : '**missed**') : '',
  ];
}

function measured({
  samples,
}: Results): { workload: string; subject: Results['samples'][number]['subject'] }[] {
  const seen = new Map(
    samples.map(({ workload, subject }) => [`${workload} ${subject}`, { workload, subject }]),
  );
  return [...seen.values()];
}

function rateRows(results: Results): string[][] {
  return measured(results).map((each) => {
    const [value = ''] = namesIn(results, each)
      .filter((name) => name.endsWith('.p50'))
      .toSorted(deliveredFirst);
    const kind = value.replace('.p50', '');
    const cell = (name: string) => {
      const found = spreadOf(results, { ...each, value: name });
      return found ? inWords(found) : '';
    };
    return [
      each.workload,
      each.subject,
      cell('perSecond'),
      ...['p50', 'p99', 'p999'].map((at) => cell(`${kind}.${at}`)),
    ];
  });
}

function costRows(results: Results): string[][] {
  const taken = measured(results).filter((each) =>
    namesIn(results, each).some((name) => name.startsWith('cpu.')),
  );
  return taken.map((each) => [
    each.workload,
    each.subject,
    ...PROCESSES.map((name) => {
      const found = spreadOf(results, { ...each, value: `cpu.${name}` });
      return found ? number(found.median) : '';
    }),
  ]);
}

function namesIn({ samples }: Results, each: { workload: string; subject: string }): string[] {
  const found = samples.find(
    ({ workload, subject }) => workload === each.workload && subject === each.subject,
  );
  return Object.keys(found?.values ?? {});
}

function deliveredFirst(one: string, other: string): number {
  return Number(other.startsWith('delivered')) - Number(one.startsWith('delivered'));
}
