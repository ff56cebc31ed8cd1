import { type Percentiles, round, spreadOf } from '../bench/percentiles.ts';
import type { AttackCounts } from './attack.ts';
import type { HerdCounts } from './herd.ts';

export const MEASURES = [
  'attacked edge, answered',
  'attacked edge, delivered',
  'other edge, answered',
  'other edge, delivered',
] as const;

type Measure = (typeof MEASURES)[number];
const PHASES = ['before', 'during', 'after'] as const;
export type Phases = Readonly<Record<(typeof PHASES)[number], Readonly<Record<Measure, Percentiles>>>>;

export interface Round extends Phases {
  readonly counts: AttackCounts;
  /** What the attackers and their victims took of a processor meanwhile: 1 is all of one. */
  readonly shares: Readonly<Record<string, number>>;
}

/** The middle of the rounds of p99 in a phase / p99 before. */
export function ratioOf(rounds: readonly Round[], name: Measure, phase: 'during' | 'after'): number {
  return medianOf(ratiosOf(rounds, name, phase));
}

/** A table with a line for each measure and phase: medians of the rounds, in milliseconds. */
export function linesOf(rounds: readonly Round[]): string[] {
  const head = `  ${''.padEnd(26)}${['phase', 'p50', 'p90', 'p99', 'max'].map((word) => word.padStart(8)).join('')}  p99 / before`;
  const counts = rounds.map(({ counts: { opened, ended, bytes } }) => {
    return `  ${opened} connections opened, ${ended} ended by the edge, ${round(bytes / 2 ** 20)} MiB sent`;
  });
  return [
    ...counts,
    sharesOf(rounds),
    head,
    ...MEASURES.flatMap((name) => PHASES.map((phase) => lineOf(rounds, name, phase))),
  ];
}

/** When a herd was in, and p99 of those that were there since it began to come. */
export function herdLines(
  counts: HerdCounts,
  before: Phases['before'],
  during: Phases['before'],
  measuredSeconds: number,
): string[] {
  const { inAfter, refused, ended } = counts;
  const seconds = (share: number) => {
    const at = inAfter[Math.ceil(share * inAfter.length) - 1] ?? Number.NaN;
    return `${round(at / 1000)} s`;
  };
  const ratios = MEASURES.map((name) => {
    return `  ${name.replace('attacked', 'their')}: p99 ${round(before[name].p99)} ms before, ${round(during[name].p99)} ms in the first ${measuredSeconds} s`;
  });
  return [
    `\n${inAfter.length} consumers came at once; ${refused} times one was refused, ${ended} times ended without an answer`,
    `  in after: half ${seconds(0.5)}, nine of ten ${seconds(0.9)}, all ${seconds(1)}`,
    ...ratios,
  ];
}

function sharesOf(rounds: readonly Round[]): string {
  const names = Object.keys(rounds[0]?.shares ?? {});
  const shares = names.map((name) => {
    return `${name} ${round(medianOf(rounds.map((each) => each.shares[name] ?? Number.NaN)))}`;
  });
  return `  of a processor during it: ${shares.join(', ')}`;
}

function lineOf(rounds: readonly Round[], name: Measure, phase: (typeof PHASES)[number]): string {
  const cells = (['p50', 'p90', 'p99', 'max'] as const).map((which) =>
    round(medianOf(rounds.map((each) => each[phase][name][which]))).padStart(8),
  );
  const title = (phase === 'before' ? name : '').padEnd(26);
  const ratio = phase === 'before' ? '' : `  × ${spreadOf(ratiosOf(rounds, name, phase))}`;
  return `  ${title}${phase.padStart(8)}${cells.join('')}${ratio}`;
}

/** What the figures mean, and what to do. */
export function advice(failures: readonly string[], mostRatio: number): string {
  if (failures.length === 0) return `\nNo attack made p99 more than ${mostRatio} times what it was before.`;
  return [
    `\nFailed (p99 during an attack more than ${mostRatio} times that before): ${failures.join('; ')}.`,
    'Run it again on a machine with nothing else to do, with --rounds 5. If it stays so, look which limits the edge',
    'logged as met (docs/limits.md): one that was not met and should have been is too wide, or is missing.',
  ].join('\n');
}

function ratiosOf(rounds: readonly Round[], name: Measure, phase: 'during' | 'after'): number[] {
  return rounds.map((each) => each[phase][name].p99 / each.before[name].p99);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
