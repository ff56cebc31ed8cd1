import type { NatsConnection } from '@nats-io/transport-node';
import { AppendError } from './append-error.ts';
import { type Entry, storeBatch } from './batch.ts';
import { Budget } from './budget.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { Pace } from './pace.ts';

/** Pieces of one partition that may be under way: what is stored between them waits for so many. */
const UNDER_WAY = 2;
const PAUSE_MS = 20;

/**
 * Stores the pieces of large frames one by one, those of several frames by turns, so that small events find
 * their way between them: a batch of them all would keep the partition for as long as it takes to write it.
 */
export class PieceWriter implements Disposable {
  readonly #nc: NatsConnection;
  readonly #deadline: number;
  readonly #connection: ConnectionWatch;
  readonly #pace = new Pace();
  readonly #underWay = new Map<number, Budget>();
  readonly #progress = new Map<number, number>();

  /** @param deadline milliseconds without any progress after which a frame is given up */
  constructor(nc: NatsConnection, deadline: number) {
    this.#nc = nc;
    this.#deadline = deadline;
    this.#connection = new ConnectionWatch(nc);
  }

  /**
   * Resolves with the pieces' places in the log when they are durable. They mean nothing yet: where this fails,
   * what was stored of them is never found.
   *
   * @throws {AppendError}
   */
  async store(partition: number, pieces: readonly Entry[]): Promise<readonly number[]> {
    const began = performance.now();
    const sequences: number[] = [];
    let next = 0;
    let failed = false;
    const storeByTurns = async () => {
      for (let index = next++; index < pieces.length && !failed; index = next++) {
        using _turn = await this.#turn(partition);
        const piece = pieces[index] as Entry;
        sequences[index] = await this.#pace.run(() => this.#storeOne(partition, piece, began));
      }
    };
    try {
      await Promise.all(Array.from({ length: UNDER_WAY }, storeByTurns));
      return sequences;
    } finally {
      failed = true;
    }
  }

  /** When the partition last took a piece, on the clock of `performance`. */
  progressOf(partition: number): number {
    return this.#progress.get(partition) ?? 0;
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  #turn(partition: number): Promise<Disposable> {
    const underWay = this.#underWay.get(partition) ?? new Budget(UNDER_WAY);
    this.#underWay.set(partition, underWay);
    return underWay.take(1);
  }

  /** A piece that was stored twice does no harm, so one without an answer is sent again. */
  async #storeOne(partition: number, piece: Entry, began: number): Promise<number> {
    for (;;) {
      // A frame that waits while others are stored is not late.
      const since = Math.max(began, this.progressOf(partition));
      const left = Math.ceil(since + this.#deadline - performance.now());
      if (left <= 0) throw new AppendError('LOG_UNREACHABLE', 'The log did not answer in time.');
      await this.#connection.untilUp(left);
      if (!this.#connection.isUp) continue;
      try {
        const outcome = await this.#connection.whileUp(storeBatch(this.#nc, [piece], left));
        if (outcome.kind === 'stored') {
          this.#progress.set(partition, performance.now());
          return outcome.last;
        }
      } catch (error) {
        if (!(error instanceof AppendError && error.code === 'LOG_UNREACHABLE')) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
