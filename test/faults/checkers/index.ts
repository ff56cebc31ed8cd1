import type { RunRecord } from '../history/records.ts';
import { cursor } from './cursor.ts';
import { gap } from './gap.ts';
import { indexRun, type Violation } from './index-run.ts';
import { order } from './order.ts';
import { permissions } from './permissions.ts';
import { readiness } from './readiness.ts';
import { type QueueCounts, queueCounts, totalQueue } from './total-queue.ts';

export type { Violation } from './index-run.ts';
export type { QueueCounts } from './total-queue.ts';

const CHECKERS = [totalQueue, order, gap, cursor, permissions, readiness];

/** What all checkers together say of a run. */
export function judge(run: RunRecord): { violations: Violation[]; counts: QueueCounts } {
  const indexed = indexRun(run);
  return { violations: CHECKERS.flatMap((check) => check(indexed)), counts: queueCounts(indexed) };
}
