import type { BacklogAnswerer, BacklogPage, BacklogQuestion, PieceQuestion } from '@dasf-broker/backlog';
import { SharedRead } from '@dasf-broker/log';
import { findOutstanding, findPiece, type ReadModel } from '@dasf-broker/readmodel';
import type { Logger } from '@dasf-broker/telemetry';
import { type Cursor, Fenced, type Lease, readCursor } from '../write/cursor.ts';
import { NotAnswerable, type Progress } from './progress.ts';

export interface AnswererParts {
  readonly readModel: ReadModel;
  readonly lease: Lease;
  readonly progress: Progress;
  /** Milliseconds that a question waits until the log is folded. */
  readonly patience: number;
  readonly logger: Logger;
}

/** Answers what is outstanding, once everything that was in the log when the consumer came is folded. */
export class Answerer implements BacklogAnswerer {
  readonly #parts: AnswererParts;
  readonly #cursor: SharedRead<Cursor>;

  constructor(parts: AnswererParts) {
    this.#parts = parts;
    this.#cursor = new SharedRead(() => readCursor(parts.readModel.database, parts.lease));
  }

  /** @throws {NotAnswerable} */
  async page({ uid, user, after, upTo }: BacklogQuestion): Promise<BacklogPage> {
    const { readModel, progress, patience, logger } = this.#parts;
    await progress.reach(upTo, patience);
    try {
      // Rows up to the cursor are committed; one that goes in the meantime was acknowledged.
      const page = await findOutstanding(readModel.database, { uid, user, after, upTo });
      // Unless an older backup was put in their place: then this is not the worker any more that has to know.
      await this.#cursor.get();
      return page;
    } catch (error) {
      if (error instanceof Fenced) throw new NotAnswerable(error.message);
      logger.warn({ err: error }, 'a backlog could not be read');
      throw new NotAnswerable('The database cannot be read.');
    }
  }

  /** @throws {NotAnswerable} */
  async piece({ partition, sequence, ordinal }: PieceQuestion): Promise<Uint8Array | undefined> {
    const { readModel, progress, patience, logger } = this.#parts;
    await progress.reach(sequence, patience);
    try {
      const piece = await findPiece(readModel.database, partition, sequence, ordinal);
      // Gone for good only where this worker is the one to know.
      if (piece === undefined) await this.#cursor.get();
      return piece;
    } catch (error) {
      if (error instanceof Fenced) throw new NotAnswerable(error.message);
      logger.warn({ err: error }, 'a piece of a frame could not be read');
      throw new NotAnswerable('The database cannot be read.');
    }
  }
}
