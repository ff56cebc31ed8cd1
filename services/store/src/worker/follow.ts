import { readLogUntilLost } from '@dasf-broker/log';
import type { Logger } from '@dasf-broker/telemetry';
import { traceFolds } from '../observe/trace-folds.ts';
import { adoptEpoch, Fenced, type Lease, readCursor } from '../write/cursor.ts';
import { checkLog, Silence } from './check-log.ts';
import { LogGap, logFault } from './log-fault.ts';
import { NewerEvent, untilNewer } from './newer-event.ts';
import type { StoreParts } from './parts.ts';
import { Backoff, pause } from './pause.ts';
import type { Progress } from './progress.ts';
import { Projector, type ProjectorVoice } from './projector.ts';
import { type AnyRecord, RecordQueue } from './record-queue.ts';
import { together } from './together.ts';

export interface Following {
  readonly parts: StoreParts;
  readonly lease: Lease;
  readonly progress: Progress;
  readonly voice: ProjectorVoice;
  readonly logger: Logger;
  /** Called with what was written. */
  readonly written: (records: readonly AnyRecord[]) => void;
}

/**
 * Folds a partition's log for as long as the lease is held. What passes by itself is tried again; a log that
 * does not fit the database halts the partition until it does.
 *
 * @throws {Fenced}
 * @throws {NewerEvent} where it takes a newer version to go on
 */
export async function follow(following: Following, signal: AbortSignal): Promise<void> {
  const backoff = new Backoff();
  const silence = new Silence();
  while (!signal.aborted) {
    const before = following.progress.cursor;
    try {
      const epoch = await openLog(following);
      if (epoch === undefined) {
        await pause(following.parts.times.logCheck, signal);
        continue;
      }
      await readSession(following, { epoch, silence }, signal);
      backoff.reset();
    } catch (error) {
      if (error instanceof Fenced || error instanceof NewerEvent) throw error;
      if (error instanceof LogGap) halt(following, error.message);
      else following.voice.degraded(error);
      if (following.progress.cursor > before) backoff.reset();
      await backoff.wait(signal);
    }
  }
}

/**
 * Compares log and database.
 *
 * @returns the log's epoch, or nothing where it must not be folded
 */
async function openLog({ parts, lease, progress, voice, logger }: Following): Promise<string | undefined> {
  const log = await parts.streams.end(lease.partition);
  const cursor = await readCursor(parts.readModel.database, lease);
  const fault = logFault(lease.partition, log, cursor);
  if (fault !== undefined) {
    halt({ progress, logger }, fault);
    return undefined;
  }
  if (cursor.epoch === null) await adoptEpoch(parts.readModel.database, lease, log.epoch);
  progress.halt(undefined);
  progress.moveTo(cursor.sequence);
  voice.degraded(undefined);
  return log.epoch;
}

function halt({ progress, logger }: Pick<Following, 'progress' | 'logger'>, reason: string): void {
  if (progress.halted !== reason) logger.error(reason);
  progress.halt(reason);
}

/** Reads and writes until the log must be looked at anew: after a reconnection, or when it became another. */
async function readSession(
  following: Following,
  { epoch, silence }: { readonly epoch: string; readonly silence: Silence },
  signal: AbortSignal,
): Promise<void> {
  const { parts, lease, progress, voice } = following;
  const session = new AbortController();
  const end = () => session.abort();
  const unlink = parts.link.onReconnect(end);
  const projector = new Projector({
    readModel: parts.readModel,
    subjects: parts.streams.subjects,
    leaseMs: parts.times.lease,
    lease,
    epoch,
    progress,
    voice,
  });
  const queue = new RecordQueue();
  try {
    await together(AbortSignal.any([signal, session.signal]), [
      (ending) => {
        const from = progress.cursor + 1;
        return queue.fill(
          untilNewer(readLogUntilLost(parts.nc, parts.streams, lease.partition, from, ending)),
        );
      },
      (ending) => drain(following, projector, queue, ending).finally(end),
      (ending) => checkLog(following, { epoch, queue, silence }, ending).finally(end),
    ]);
  } finally {
    unlink();
  }
}

async function drain(
  following: Following,
  projector: Projector,
  queue: RecordQueue,
  signal: AbortSignal,
): Promise<void> {
  const { parts, progress } = following;
  const end = () => queue.end();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  progress.onAwaited = () => queue.hurry();
  do await queue.gather(progress.isAwaited ? 0 : parts.times.gathering);
  while (await foldNext(following, projector, queue, signal));
}

/**
 * A function of its own: the loop would hold the records that are written, a megabyte of them, while it waits.
 *
 * @returns whether there may be more
 */
async function foldNext(
  { parts, lease, written, progress }: Following,
  projector: Projector,
  queue: RecordQueue,
  signal: AbortSignal,
): Promise<boolean> {
  const records = await queue.take();
  if (signal.aborted || records.length === 0) return false;
  const partition = String(lease.partition);
  const began = performance.now();
  await projector.apply(records, signal);
  parts.metrics.foldDuration.observe({ partition }, (performance.now() - began) / 1000);
  parts.metrics.foldEvents.observe({ partition }, records.length);
  // Also where the session was ended just after the commit.
  const done = records.filter(({ sequence }) => sequence <= progress.cursor);
  traceFolds(parts.traces, done, began);
  written(done);
  return true;
}
