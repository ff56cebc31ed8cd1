import type { LogExtent } from '@dasf-broker/log';
import type { Logger } from '@dasf-broker/telemetry';
import type { StoreParts } from '../worker/parts.ts';
import { readBackupMark } from '../write/backup-mark.ts';
import { type Lease, readCursor } from '../write/cursor.ts';

/** Above this share of its limit the log gives up events before their time … */
const FULL = 0.7;
/** … until it is as full as this. */
const RELIEVED = 0.6;

/**
 * Drops from the log what is folded and what no restored database needs: a backup can be restored as long as the
 * log holds what comes after it. So what goes by its age is older than `logRetention`, and not after the newest
 * backup that the store knows of, unless that is older than `backupRetention`. Where the log is about to be full,
 * what is folded goes all the same.
 *
 * @throws {Fenced}
 */
export async function truncateLog(parts: StoreParts, lease: Lease, logger: Logger): Promise<void> {
  const { streams, readModel } = parts;
  const log = await streams.extent(lease.partition);
  // A log that never held anything begins and ends at 0.
  if (log.last === 0 || log.last < log.first) return;
  // Read anew, under the lease: a database that was restored meanwhile has an older cursor.
  const cursor = await readCursor(readModel.database, lease);
  if (cursor.epoch !== log.epoch) return;
  const held = await readBackupMark(readModel.database, lease, parts.config.keeping.backupRetention);
  const dispensable = Math.max(
    Math.min(await ofAge(parts, lease, log), held ?? Number.POSITIVE_INFINITY),
    await underPressure(parts, lease, log, logger),
  );
  const upTo = Math.min(dispensable, cursor.sequence);
  if (upTo < log.first) return;
  await streams.truncate(lease.partition, upTo);
  parts.metrics.truncatedEvents.inc({ partition: String(lease.partition) }, upTo - log.first + 1);
  logger.info({ first: log.first, upTo }, 'truncated the log');
}

/** The last sequence that is old enough; by the log's newest record, whatever the clocks say. */
async function ofAge({ streams, times, config }: StoreParts, lease: Lease, log: LogExtent): Promise<number> {
  const youngest = log.lastTime - config.keeping.logRetention;
  if (log.firstTime >= youngest - times.truncationSlack) return 0;
  return await before(streams, lease, youngest);
}

/** The last sequence that has to go for the log to take more. */
async function underPressure(
  { streams, times, config, metrics }: StoreParts,
  lease: Lease,
  log: LogExtent,
  logger: Logger,
): Promise<number> {
  const { bytes, maxBytes, first, last } = log;
  if (maxBytes === undefined || bytes <= FULL * maxBytes) return 0;
  const share = 1 - (RELIEVED * maxBytes) / bytes;
  const enough = first - 1 + Math.ceil((last - first + 1) * share);
  // What is repeated within the window must be found, also by a server that starts anew.
  const reserve = Math.max(times.logReserve, config.log.dedupWindow);
  const upTo = Math.min(enough, await before(streams, lease, log.lastTime - reserve));
  metrics.earlyTruncations.inc({ partition: String(lease.partition) });
  logger.error(
    { bytes, maxBytes, upTo },
    'the log is nearly full: folded events go early: backups of the database that end before cannot be restored any more; take a new one',
  );
  return upTo;
}

/** The last sequence before a time that lies before the log's end. */
async function before(streams: StoreParts['streams'], { partition }: Lease, time: number): Promise<number> {
  return ((await streams.firstSince(partition, time)) ?? 1) - 1;
}
