import type { LogExtent } from '@dasf-broker/log';
import type { SnapshotCursor } from '../backup/manifest.ts';
import { CommandFault } from '../command-fault.ts';
import type { LogSession } from '../log-session.ts';

/**
 * Makes sure that the log holds all that lies between where a fold begins and the database's cursors.
 *
 * @param base where the fold begins; a partition that is not in it begins with the log
 * @throws {CommandFault} where it does not, so that nothing can be said of the database
 */
export async function assertFoldable(
  log: LogSession,
  base: readonly SnapshotCursor[],
  cursors: readonly SnapshotCursor[],
): Promise<void> {
  for (const cursor of cursors) {
    const begin = base.find(({ partition }) => partition === cursor.partition);
    const stream = log.streams.subjects.stream(cursor.partition);
    const why = whyNot(stream, begin, cursor, await log.streams.find(cursor.partition));
    if (why !== undefined) throw new CommandFault(`Partition ${cursor.partition} cannot be judged: ${why}`);
  }
}

function whyNot(
  stream: string,
  begin: SnapshotCursor | undefined,
  { epoch, sequence }: SnapshotCursor,
  log: LogExtent | undefined,
): string | undefined {
  if (!log) return `NATS has no stream ${stream}.`;
  if (log.epoch !== epoch) {
    return `the log ${stream} is another one (${log.epoch}) than the one that the database was folded from (${epoch}).`;
  }
  if (log.last < sequence)
    return `the log ${stream} ends at ${log.last}, before the database, at ${sequence}.`;
  if (begin && begin.epoch !== epoch) {
    return `the backup was folded from another log (${begin.epoch}) than the database (${epoch}): take another one.`;
  }
  const from = begin?.sequence ?? 0;
  if (from > sequence) {
    return `the backup ends at ${from}, after the database, at ${sequence}: take an older one.`;
  }
  if (log.first <= from + 1) return undefined;
  if (begin)
    return `the log ${stream} begins at ${log.first}, after the backup, at ${from}: take a newer one.`;
  return `the log ${stream} begins at ${log.first}: say from which backup on it is to be folded (--from FILE).`;
}
