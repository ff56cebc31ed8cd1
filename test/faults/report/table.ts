import type { RunResult } from '../execute.ts';

/** One row a fault: how many runs, what came out, and how long recovery took. */
export function table(results: readonly RunResult[]): string {
  const rows = [...Map.groupBy(results, ({ fault }) => fault).values()].map(rowOf);
  const head =
    '| fault | what | runs | passed | frames ok | lost | redelivered | crashes | recovery (median, max) |';
  return [head, '| --- | --- | --: | --: | --: | --: | --: | --: | --: |', ...rows].join('\n');
}

function rowOf(runs: readonly RunResult[]): string {
  const [first] = runs;
  const sum = (value: (run: RunResult) => number) => runs.reduce((total, run) => total + value(run), 0);
  const recoveries = runs.flatMap(({ recovery }) => (recovery === undefined ? [] : [recovery]));
  const sorted = recoveries.toSorted((a, b) => a - b);
  const seconds = (value: number | undefined) => (value === undefined ? '?' : (value / 1000).toFixed(1));
  const cells = [
    first?.fault,
    first?.title,
    runs.length,
    runs.filter(({ violations }) => violations.length === 0).length,
    sum(({ counts }) => counts.acknowledged),
    sum(({ lost }) => lost),
    sum(({ counts }) => counts.redelivered),
    sum(({ crashes }) => crashes),
    `${seconds(sorted[Math.floor(sorted.length / 2)])} s, ${seconds(sorted.at(-1))} s`,
  ];
  return `| ${cells.join(' | ')} |`;
}
