import type { ReadModel } from '@dasf-broker/readmodel';
import type { Logger } from '@dasf-broker/telemetry';
import { sql } from 'kysely';
import { pause } from '../worker/pause.ts';
import type { AnyRecord } from '../worker/record-queue.ts';
import { removeAbandonedPieces } from '../write/pieces.ts';

const INTERVAL_MS = 60_000;
/**
 * An edge gives up an append after seconds, or when its pieces make no progress; nothing of a deleted topic and
 * no message of stored pieces comes this much later.
 */
export const LEFTOVERS_KEPT_MS = 60 * 60_000;

/**
 * Removes what only late events could have needed, when the last of them has been folded long ago: tombstones
 * of topics, and pieces of large frames whose message was not stored.
 */
export class Leftovers {
  readonly #readModel: ReadModel;
  readonly #partition: number;
  readonly #logger: Logger;
  /** By the log's time: a store that was away for hours has yet to fold what came right after a deletion. */
  #foldedUntil = 0;

  constructor(readModel: ReadModel, partition: number, logger: Logger) {
    this.#readModel = readModel;
    this.#partition = partition;
    this.#logger = logger;
  }

  /** Notes how far the log is folded. */
  take(records: readonly AnyRecord[]): void {
    this.#foldedUntil = records.at(-1)?.time ?? this.#foldedUntil;
  }

  /** Runs until the signal is aborted; fails never. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(INTERVAL_MS, signal);
      if (signal.aborted) return;
      await this.remove().catch((error: unknown) =>
        this.#logger.warn({ err: error }, 'leftovers could not be removed; trying again'),
      );
    }
  }

  async remove(): Promise<void> {
    const { database } = this.#readModel;
    const before = this.#foldedUntil - LEFTOVERS_KEPT_MS;
    await sql`
      delete from topic_tombstone
      where partition = ${this.#partition}
        and deleted_at < to_timestamp(${before}::float8 / 1000)`.execute(database);
    await removeAbandonedPieces(database, this.#partition, before);
  }
}
