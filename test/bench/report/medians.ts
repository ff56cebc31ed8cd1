import type { Results, Sample } from '../results/results.ts';

/** A figure of several rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** Which value of which measurement. */
export interface Figure {
  readonly workload: string;
  readonly subject: Sample['subject'];
  readonly value: string;
}

/** Undefined where it was not taken. */
export function spreadOf({ samples }: Pick<Results, 'samples'>, figure: Figure): Spread | undefined {
  return spread(
    samples.filter((sample) => isOf(sample, figure)).flatMap((sample) => valueIn(sample, figure)),
  );
}

/**
 * One figure by another, round by round: what else the machine had to do in a round, it had for both. Where one of them
 * was taken only once, it counts for all rounds.
 */
export function ratioOf(results: Pick<Results, 'samples'>, above: Figure, below: Figure): Spread | undefined {
  const [over, under] = [byRound(results, above), byRound(results, below)];
  const rounds = [...new Set([...over.keys(), ...under.keys()])];
  const [firstOver] = over.values();
  const [firstUnder] = under.values();
  const ratios = rounds.flatMap((round) => {
    const value = over.get(round) ?? (over.size === 1 ? firstOver : undefined);
    const by = under.get(round) ?? (under.size === 1 ? firstUnder : undefined);
    return value === undefined || by === undefined ? [] : [value / by];
  });
  return spread(ratios);
}

function byRound({ samples }: Pick<Results, 'samples'>, figure: Figure): Map<number, number> {
  const taken = samples.filter((sample) => isOf(sample, figure));
  return new Map(
    taken.flatMap((sample) => valueIn(sample, figure).map((value) => [sample.round, value] as const)),
  );
}

function isOf({ workload, subject }: Sample, figure: Figure): boolean {
  return workload === figure.workload && subject === figure.subject;
}

function valueIn({ values }: Sample, { value }: Figure): number[] {
  const found = values[value];
  return found === undefined ? [] : [found];
}

function spread(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const { length } = sorted;
  const [least, greatest] = [sorted[0], sorted.at(-1)];
  const [low, high] = [sorted[Math.floor((length - 1) / 2)], sorted[Math.ceil((length - 1) / 2)]];
  if (least === undefined || greatest === undefined || low === undefined || high === undefined)
    return undefined;
  return { median: (low + high) / 2, least, greatest };
}
