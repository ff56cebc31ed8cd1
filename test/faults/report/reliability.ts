import type { RecordedRun } from './recorded-run.ts';
import { table } from './table.ts';

/** The page that tells what was run and what came out. */
export function reliability(recorded: readonly RecordedRun[]): string {
  const runs = recorded.filter((run) => !isUnjudged(run));
  const failed = runs.filter(({ violations }) => violations.length > 0);
  const sum = (value: (run: RecordedRun) => number) => runs.reduce((total, run) => total + value(run), 0);
  return `# Reliability

Made by \`npm run report:faults\` from ${recorded.length} runs of \`npm run test:faults\` and \`npm run test:soak\`; not to
be edited by hand. [faults.md](faults.md) says how a run goes and what the checkers hold.

${runs.length - failed.length} of ${runs.length} runs passed, with ${sum(({ counts }) => counts.attempted)} frames, of
which ${sum(({ counts }) => counts.acknowledged)} were answered \`ok\`, and ${sum(({ counts }) => counts.recovered)}
that were delivered although their publishers were told that the outcome is unknown.

## By fault

${table(runs)}

- *redelivered*: deliveries to a user who had had the message before, after a reconnect or on another connection.
- *crashes*: processes that ended without being told to.
- *recovery*: from the end of the last fault until on every topic something new was answered and delivered and every
  partition was folded. It is the wall clock of a machine with other work to do, an upper bound.

## What failed

${list(failed, runs)}

## What could not be judged

${list(recorded.filter(isUnjudged), runs)}

## What it ran on

${[...new Set(runs.map(versions))].map((line) => `- ${line}`).join('\n')}

## Seeds

${seeds(runs)}
`;
}

/** Something around the broker did not do its part, so that no checker was asked. */
function isUnjudged({ violations }: RecordedRun): boolean {
  return violations.some(({ checker }) => checker === 'harness');
}

function list(some: readonly RecordedRun[], all: readonly RecordedRun[]): string {
  return some.length === 0 ? 'Nothing.' : some.map((run) => failure(run, all)).join('\n');
}

function failure(run: RecordedRun, all: readonly RecordedRun[]): string {
  const { fault, seed, violations } = run;
  const again = all
    .slice(all.indexOf(run) + 1)
    .find((other) => other.fault === fault && other.seed === seed && other.violations.length === 0);
  const passed = again ? `; passed later, with ${again.versions?.broker ?? 'an unknown one'}` : '';
  const shown = violations.slice(0, 3).map(({ checker, what }) => `  - ${checker}: ${what.slice(0, 200)}`);
  const broker = run.versions?.broker ?? 'unknown';
  return [`- ${fault}, seed ${seed}, with broker ${broker}${passed}:`, ...shown].join('\n');
}

function versions({ versions }: RecordedRun): string {
  if (!versions) return 'unknown';
  const { broker, nats, postgres, node, machine } = versions;
  return `broker ${broker}, nats-server ${nats}, PostgreSQL ${postgres}, Node ${node}, ${machine}`;
}

function seeds(runs: readonly RecordedRun[]): string {
  return [...Map.groupBy(runs, ({ fault }) => fault)]
    .map(([fault, ofFault]) => `- ${fault}: ${ofFault.map(({ seed }) => seed).join(', ')}`)
    .join('\n');
}
