import type { CursorSeen } from '../history/records.ts';
import { type IndexedRun, of, type Violation } from './index-run.ts';

const RESTORE_MS = 20_000;

/** Cursors and owner epochs never go back (but with a database that is set back), and no cursor is ahead of its log; in the end all is folded. */
export function cursor(run: IndexedRun): Violation[] {
  const partitions = Map.groupBy(of(run, 'cursor'), ({ partition }) => partition);
  const setBack = of(run, 'fault').filter((fault) => fault.setsBack);
  // It may be seen while it is being restored, which is told when it has been.
  const wasSetBack = (from: number, to: number) =>
    setBack.some(({ t }) => t >= from - RESTORE_MS && t <= to + RESTORE_MS);
  const spoiled = spoiledTimes(run);
  const isOfTheLog = ({ t }: CursorSeen) => !spoiled.some(({ from, to }) => t >= from && t <= to);
  return [...partitions].flatMap(([partition, all]) => {
    const seen = all.filter(isOfTheLog);
    const violations: Violation[] = [];
    const say = (what: string) =>
      violations.push({ checker: 'cursor', what: `partition ${partition}: ${what}` });
    let previous: CursorSeen | undefined;
    for (const next of seen) {
      if (previous && wasSetBack(previous.t, next.t)) previous = undefined;
      if (previous && next.seq < previous.seq) say(`went back from ${previous.seq} to ${next.seq}`);
      if (previous && next.ownerEpoch < previous.ownerEpoch) say('its owner epoch went back');
      if (next.seq > next.last) say(`stands at ${next.seq}, the log ends at ${next.last}`);
      previous = next;
    }
    if (previous && previous.seq < previous.last) say(`ends at ${previous.seq} of ${previous.last}`);
    return violations;
  });
}

/** A sample may have been begun before the log was whole again. */
const SAMPLE_MS = 2500;

/** While another log than the real one was there. */
function spoiledTimes(run: IndexedRun): readonly { readonly from: number; readonly to: number }[] {
  const faults = of(run, 'fault');
  return faults.flatMap(({ t: from, spoilsLog }, index) => {
    if (!spoilsLog) return [];
    const healed = faults.slice(index).find((fault) => fault.healed);
    return [{ from, to: (healed?.t ?? Number.POSITIVE_INFINITY) + SAMPLE_MS }];
  });
}
