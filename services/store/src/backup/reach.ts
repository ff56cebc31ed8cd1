import type { LogExtent } from '@dasf-broker/log';
import type { LogSession } from '../log-session.ts';
import { type LogMismatch, mismatchOf } from '../worker/log-fault.ts';
import type { Cursor } from '../write/cursor.ts';
import type { SnapshotCursor } from './manifest.ts';

/** Whether and from where a partition can be folded after a restore. */
export interface Reach extends Cursor {
  readonly partition: number;
  /** What the log does not hold any more of what came after the snapshot; both inclusive. */
  readonly lost?: { readonly first: number; readonly last: number };
  /** Why this log cannot follow on the snapshot at all, and what to do. */
  readonly fault?: string;
}

/**
 * Compares a snapshot's cursors with the log: what comes after them must still be there.
 *
 * @param partitions how many there are now, which may be more than there were
 */
export async function reachOf(
  log: LogSession,
  cursors: readonly SnapshotCursor[],
  partitions: number,
): Promise<readonly Reach[]> {
  const highest = cursors.at(-1)?.partition ?? -1;
  const all = Array.from({ length: Math.max(partitions, highest + 1) }, (_, partition) => partition);
  return await Promise.all(
    all.map(async (partition) => {
      const { epoch = null, sequence = 0 } = cursors.find((cursor) => cursor.partition === partition) ?? {};
      const stream = log.streams.subjects.stream(partition);
      return judge({ partition, epoch, sequence }, stream, await log.streams.find(partition));
    }),
  );
}

function judge(cursor: Reach, stream: string, log: LogExtent | undefined): Reach {
  const { partition, epoch, sequence } = cursor;
  if (!log) {
    if (epoch === null) return cursor;
    const fault =
      `NATS has no stream ${stream}. Put the log back first ("nats stream restore"), while no part of the broker ` +
      'runs: it would make a new log, which would not fit this backup.';
    return { ...cursor, fault: `Partition ${partition}: ${fault}` };
  }
  const mismatch = mismatchOf(log, cursor);
  if (mismatch === undefined) return cursor;
  if (mismatch === 'begins-after') {
    return { ...cursor, epoch: log.epoch, lost: { first: sequence + 1, last: log.first - 1 } };
  }
  return { ...cursor, fault: `Partition ${partition}: ${FAULTS[mismatch](stream, log, cursor)}` };
}

type Sentence = (stream: string, log: LogExtent, cursor: Cursor) => string;

const FAULTS: Readonly<Record<Exclude<LogMismatch, 'begins-after'>, Sentence>> = {
  'another-log': (stream, log, { epoch }) =>
    `the log ${stream} is another one (${log.epoch}) than the one that the backup was folded from (${epoch}). Put ` +
    'back that log from its own backup ("nats stream restore"), or take a backup of the database that belongs to ' +
    'this log.',
  'ends-before': (stream, log, { sequence }) =>
    `the log ${stream} ends at ${log.last}, but the backup holds what came up to ${sequence}. Put back a backup of ` +
    'the log that was taken after this one of the database ("nats stream restore"), or take an older backup of the ' +
    'database.',
};
