import type { Logger } from '@dasf-broker/telemetry';
import { pause } from '../worker/pause.ts';
import { Fenced } from '../write/cursor.ts';

export interface Chore {
  /** What could not be done, where it fails. */
  readonly name: string;
  /** Milliseconds between its turns. */
  readonly interval: number;
  /** The partition must not be touched. */
  readonly halted: () => boolean;
  readonly logger: Logger;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/**
 * Does a chore again and again until the signal is aborted. A turn that fails is left to the next one.
 *
 * @throws {Fenced}
 */
export async function repeat(
  { name, interval, halted, logger, work }: Chore,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(interval, signal);
    if (signal.aborted) return;
    if (halted()) continue;
    try {
      await work(signal);
    } catch (error) {
      if (error instanceof Fenced) throw error;
      logger.warn({ err: error }, `${name} failed; trying again`);
    }
  }
}
