import type { Following } from './follow.ts';
import { logFault } from './log-fault.ts';
import { pause } from './pause.ts';
import type { RecordQueue } from './record-queue.ts';

interface Session {
  readonly epoch: string;
  readonly queue: RecordQueue;
}

/** So many questions in a row that get no answer end a session. */
const LATE_ANSWERS = 2;
/** How soon a log that seems to give nothing is looked at again, in milliseconds. */
const SECOND_LOOK_MS = 1000;

/**
 * Looks at the log from time to time, until it must be read anew: one that was deleted and made again does not show
 * in what is read of it, nor does a consumer that the server forgot, which the client notices late.
 *
 * @throws where the log did not answer again and again
 */
export async function checkLog(
  { parts, lease, progress, logger }: Following,
  { epoch, queue }: Session,
  signal: AbortSignal,
): Promise<void> {
  let unanswered = 0;
  let silentAt: number | undefined;
  for (;;) {
    await pause(silentAt === undefined ? parts.times.logCheck : SECOND_LOOK_MS, signal);
    if (signal.aborted) return;
    const sequence = progress.cursor;
    try {
      const end = await parts.streams.end(lease.partition);
      unanswered = 0;
      if (logFault(lease.partition, end, { epoch, sequence })) return;
      const isSilent = queue.isStarved && sequence < end.last && sequence === progress.cursor;
      if (isSilent && silentAt === sequence) {
        logger.warn(
          { cursor: sequence, end: end.last },
          'The log goes on, but gives nothing: it is read anew.',
        );
        return;
      }
      silentAt = isSilent ? sequence : undefined;
    } catch (error) {
      // One late answer says nothing of the log, and folding goes on meanwhile.
      unanswered += 1;
      if (unanswered >= LATE_ANSWERS) throw error;
    }
  }
}
