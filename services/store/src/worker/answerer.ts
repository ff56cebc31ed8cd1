import type { BacklogAnswerer, BacklogPage, BacklogQuestion, PieceQuestion } from '@dasf-broker/backlog';
import type { LogEnd } from '@dasf-broker/log';
import { findOutstanding, findPiece, type ReadModel } from '@dasf-broker/readmodel';
import type { Logger } from '@dasf-broker/telemetry';
import { NotAnswerable, type Progress } from './progress.ts';
import { SharedRead } from './shared-read.ts';

export interface AnswererParts {
  readonly readModel: ReadModel;
  readonly progress: Progress;
  /** Reads the partition's end from the log's leader. */
  readonly logEnd: () => Promise<LogEnd>;
  /** Milliseconds that a question waits until the log is folded. */
  readonly patience: number;
  readonly logger: Logger;
}

/** Answers what is outstanding, once everything that was in the log at the time of the question is folded. */
export class Answerer implements BacklogAnswerer {
  readonly #parts: AnswererParts;
  readonly #logEnd: SharedRead<LogEnd>;

  constructor(parts: AnswererParts) {
    this.#parts = parts;
    this.#logEnd = new SharedRead(parts.logEnd);
  }

  /** @throws {NotAnswerable} */
  async page({ uid, user, after, upTo }: BacklogQuestion): Promise<BacklogPage> {
    const { readModel, progress, logger } = this.#parts;
    const completeUpTo = upTo ?? (await this.#caughtUp());
    // Another store may have answered the first page, from where this one still has to come.
    if (upTo !== undefined) await progress.reach(upTo, this.#parts.patience);
    try {
      // Rows up to the cursor are committed; one that goes in the meantime was acknowledged.
      const range = { uid, user, after, upTo: completeUpTo };
      return { completeUpTo, ...(await findOutstanding(readModel.database, range)) };
    } catch (error) {
      logger.warn({ err: error }, 'a backlog could not be read');
      throw new NotAnswerable('The database cannot be read.');
    }
  }

  /** @throws {NotAnswerable} */
  async piece({ partition, sequence, ordinal }: PieceQuestion): Promise<Uint8Array | undefined> {
    const { readModel, logger } = this.#parts;
    try {
      return await findPiece(readModel.database, partition, sequence, ordinal);
    } catch (error) {
      logger.warn({ err: error }, 'a piece of a frame could not be read');
      throw new NotAnswerable('The database cannot be read.');
    }
  }

  async #caughtUp(): Promise<number> {
    const { progress, patience } = this.#parts;
    const start = performance.now();
    const { last } = await this.#logEnd.get().catch(() => {
      throw new NotAnswerable('The end of the log cannot be read.');
    });
    return await progress.reach(last, patience - (performance.now() - start));
  }
}
