import type { CursorSeen } from '../history/records.ts';
import { type IndexedRun, of, type Violation } from './index-run.ts';

/** Cursors and owner epochs never go back, and no cursor is ahead of its log; in the end all is folded. */
export function cursor(run: IndexedRun): Violation[] {
  const partitions = Map.groupBy(of(run, 'cursor'), ({ partition }) => partition);
  return [...partitions].flatMap(([partition, seen]) => {
    const violations: Violation[] = [];
    const say = (what: string) =>
      violations.push({ checker: 'cursor', what: `partition ${partition}: ${what}` });
    let previous: CursorSeen | undefined;
    for (const next of seen) {
      if (previous && next.seq < previous.seq) say(`went back from ${previous.seq} to ${next.seq}`);
      if (previous && next.ownerEpoch < previous.ownerEpoch) say('its owner epoch went back');
      if (next.seq > next.last) say(`stands at ${next.seq}, the log ends at ${next.last}`);
      previous = next;
    }
    if (previous && previous.seq < previous.last) say(`ends at ${previous.seq} of ${previous.last}`);
    return violations;
  });
}
