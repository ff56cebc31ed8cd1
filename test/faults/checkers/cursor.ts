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
  return [...partitions].flatMap(([partition, seen]) => {
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
