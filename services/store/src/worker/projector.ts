import type { LogRecord, Subjects, UnreadableRecord } from '@dasf-broker/log';
import type { Database, ReadModel } from '@dasf-broker/readmodel';
import { FoldError } from '../fold/fold-error.ts';
import { Fenced, type Lease, moveCursor, readCursor } from '../write/cursor.ts';
import { insertDeadEvent } from '../write/dead-events.ts';
import { writeRun } from '../write/write-run.ts';
import { isAtFault } from './at-fault.ts';
import { LogGap } from './log-fault.ts';
import { Backoff } from './pause.ts';
import type { Progress } from './progress.ts';
import type { AnyRecord } from './record-queue.ts';

/** What the projector tells of its troubles. */
export interface ProjectorVoice {
  /** Trying again; `undefined` when it works again. */
  degraded(error: unknown): void;
  dead(record: AnyRecord, reason: string): void;
}

export interface ProjectorParts {
  readonly readModel: Pick<ReadModel, 'database' | 'transaction'>;
  readonly subjects: Subjects;
  readonly lease: Lease;
  readonly epoch: string;
  readonly leaseMs: number;
  readonly progress: Progress;
  readonly voice: ProjectorVoice;
}

/**
 * Folds runs of records into the database: each run in one transaction with the cursor, so that each event
 * has its effect once.
 */
export class Projector {
  readonly #parts: ProjectorParts;

  constructor(parts: ProjectorParts) {
    this.#parts = parts;
  }

  /**
   * Writes records that follow on the cursor. A fault that will pass is tried again until the signal is
   * aborted; what can never be written becomes a dead event, and nothing else does.
   *
   * @throws {Fenced | LogGap}
   */
  async apply(records: readonly AnyRecord[], signal: AbortSignal): Promise<void> {
    this.#refuseGaps(records);
    await this.#apply(records, signal);
  }

  async #apply(records: readonly AnyRecord[], signal: AbortSignal): Promise<void> {
    if (records.length === 0 || signal.aborted) return;
    const culprit = await this.#tryWriting(records, signal);
    if (culprit === undefined) return;
    // Halving finds a culprit among 1000 in about ten attempts; the others keep their order.
    const [first, ...rest] = records;
    if (first && rest.length === 0) return await this.#bury(first, culprit, signal);
    const middle = Math.ceil(records.length / 2);
    await this.#apply(records.slice(0, middle), signal);
    await this.#apply(records.slice(middle), signal);
  }

  async #bury(record: AnyRecord, reason: string, signal: AbortSignal): Promise<void> {
    const { subjects, epoch, voice } = this.#parts;
    voice.dead(record, reason);
    await this.#persist(record.sequence, signal, (db) =>
      insertDeadEvent(db, subjects, epoch, record, reason),
    );
  }

  /** @returns why one of the records can never be written */
  async #tryWriting(records: readonly AnyRecord[], signal: AbortSignal): Promise<string | undefined> {
    const { lease, progress } = this.#parts;
    const last = records.at(-1)?.sequence ?? progress.cursor;
    try {
      const run = records.map(readable);
      await this.#persist(last, signal, (db) => writeRun(db, lease.partition, run));
      return undefined;
    } catch (error) {
      if (isAtFault(error)) return error.message;
      throw error;
    }
  }

  async #persist(to: number, signal: AbortSignal, write: (db: Database) => Promise<void>): Promise<void> {
    const { readModel, lease, leaseMs, progress, voice } = this.#parts;
    const backoff = new Backoff();
    const from = progress.cursor;
    while (!signal.aborted) {
      try {
        // The outcome of an earlier attempt may be unknown: the cursor tells whether it took place.
        const at = await this.#cursorAfterDoubt(from, to, backoff.used);
        if (at === from) {
          await readModel.transaction(async (db) => {
            await moveCursor(db, lease, from, to, leaseMs);
            await write(db);
          });
        }
        progress.moveTo(to);
        if (backoff.used) voice.degraded(undefined);
        return;
      } catch (error) {
        if (error instanceof Fenced || isAtFault(error)) throw error;
        voice.degraded(error);
        await backoff.wait(signal);
      }
    }
  }

  async #cursorAfterDoubt(from: number, to: number, doubt: boolean): Promise<number> {
    if (!doubt) return from;
    const { readModel, lease } = this.#parts;
    const { sequence } = await readCursor(readModel.database, lease);
    if (sequence !== from && sequence !== to) throw new Fenced(lease.partition);
    return sequence;
  }

  #refuseGaps(records: readonly AnyRecord[]): void {
    const { progress, lease } = this.#parts;
    records.forEach(({ sequence }, index) => {
      const expected = progress.cursor + 1 + index;
      if (sequence !== expected) throw new LogGap(lease.partition, expected, sequence);
    });
  }
}

function readable(record: LogRecord | UnreadableRecord): LogRecord {
  if (record.event === undefined) throw new FoldError(record.reason);
  return record as LogRecord;
}
