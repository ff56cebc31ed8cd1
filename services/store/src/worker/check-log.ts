import type { Following } from './follow.ts';
import { logFault } from './log-fault.ts';
import { pause } from './pause.ts';
import type { RecordQueue } from './record-queue.ts';

interface Session {
  readonly epoch: string;
  readonly queue: RecordQueue;
  readonly silence: Silence;
}

/** Where the log fell silent last. What it does not give anew, or not at once, is not asked for again and again. */
export class Silence {
  #cursor: number | undefined;
  #patience = LEAST_PATIENCE_MS;

  /** How long the log may give nothing beyond this cursor, in milliseconds. */
  patience(cursor: number): number {
    return cursor === this.#cursor ? this.#patience : LEAST_PATIENCE_MS;
  }

  /** The log is read anew from this cursor on. */
  at(cursor: number): void {
    this.#patience = Math.min(this.patience(cursor) * 2, MOST_PATIENCE_MS);
    this.#cursor = cursor;
  }
}

/** So many questions in a row that get no answer end a session. */
const LATE_ANSWERS = 2;
/** How soon a log that seems to give nothing is looked at again, in milliseconds. */
const SECOND_LOOK_MS = 1000;
const LEAST_PATIENCE_MS = 900;
const MOST_PATIENCE_MS = 5 * 60_000;

/**
 * Looks at the log from time to time, until it must be read anew: one that was deleted and made again does not show
 * in what is read of it, nor does a consumer that the server forgot, which the client notices late.
 *
 * @throws where the log did not answer again and again
 */
export async function checkLog(
  { parts, lease, progress, logger }: Following,
  { epoch, queue, silence }: Session,
  signal: AbortSignal,
): Promise<void> {
  let unanswered = 0;
  let silent: { readonly at: number; readonly since: number } | undefined;
  for (;;) {
    await pause(silent ? SECOND_LOOK_MS : parts.times.logCheck, signal);
    if (signal.aborted) return;
    const sequence = progress.cursor;
    try {
      const end = await parts.streams.end(lease.partition);
      unanswered = 0;
      if (logFault(lease.partition, end, { epoch, sequence })) return;
      const isSilent = queue.isStarved && sequence < end.last && sequence === progress.cursor;
      if (!isSilent) silent = undefined;
      else if (silent?.at !== sequence) silent = { at: sequence, since: performance.now() };
      else if (performance.now() - silent.since >= silence.patience(sequence)) {
        logger.warn(
          { cursor: sequence, end: end.last },
          'The log goes on, but gives nothing: it is read anew.',
        );
        silence.at(sequence);
        return;
      }
    } catch (error) {
      // One late answer says nothing of the log, and folding goes on meanwhile.
      unanswered += 1;
      if (unanswered >= LATE_ANSWERS) throw error;
    }
  }
}
