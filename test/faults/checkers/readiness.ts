import type { Announced, FaultNoted, ReadinessSeen } from '../history/records.ts';
import { type IndexedRun, of, type Violation } from './index-run.ts';

/** A second until readiness gives up what does not answer, two until the registry is stale, and some to be seen. */
const TOLD_WITHIN_MS = 5000;
/** What was sent to the log last may have been sent while it was away, and nothing since. */
const COMPLAINT = /^\[-\] (?!log: )/;

/** In the end each service is ready and lacks nothing; while a fault lasted, it was told as the fault announces. */
export function readiness(run: IndexedRun): Violation[] {
  const seen = of(run, 'readiness');
  const spans = faulty(of(run, 'fault'));
  const untold = (run.announced ?? []).filter((one) => !spans.some((span) => isTold(one, seen, span)));
  const silences =
    spans.length === 0
      ? []
      : untold.map(({ kind, state, says }) => `no ${kind} was ${state} and said ${says}`);
  return [...neverHealed(seen), ...silences].map((what) => ({ checker: 'readiness', what }));
}

function neverHealed(seen: readonly ReadinessSeen[]): string[] {
  return [...Map.groupBy(seen, ({ service }) => service).values()].flatMap((ofOne) => {
    const last = ofOne.at(-1);
    if (!last || isWell(last)) return [];
    return [
      `${last.service} is ${last.state} in the end: ${complaints(last.says).join(', ') || 'it says nothing'}`,
    ];
  });
}

/** Ready, and nothing that it could do without is missing, either. */
export function isWell({ state, says }: Pick<ReadinessSeen, 'state' | 'says'>): boolean {
  return state === 'ready' && complaints(says).length === 0;
}

/** From when to when something was broken, where that was long enough for anybody to notice. */
function faulty(faults: readonly FaultNoted[]): readonly (readonly [from: number, to: number])[] {
  const spans: [number, number][] = [];
  let from: number | undefined;
  for (const { t, healed } of faults) {
    if (!healed) from ??= t;
    else if (from !== undefined) {
      if (t - from >= TOLD_WITHIN_MS) spans.push([from, t]);
      from = undefined;
    }
  }
  return spans;
}

function isTold(
  { kind, state, says }: Announced,
  seen: readonly ReadinessSeen[],
  [from, to]: readonly [number, number],
): boolean {
  return seen.some(
    (one) => one.kind === kind && one.t >= from && one.t <= to && one.state === state && says.test(one.says),
  );
}

function complaints(says: string): string[] {
  return says.split('\n').filter((line) => COMPLAINT.test(line));
}
