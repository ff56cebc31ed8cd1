import type { LimitWatch } from './limit-watch.ts';

/** A connection of which a part of a message has come. */
export interface Unfinished {
  /** Ends the connection so that its client comes back. */
  giveUp(): void;
}

/**
 * What all connections together hold of messages whose end has not come. Nothing can be answered to a message
 * that is not whole: where they are too much for the edge, the one that has been under way for longest goes.
 */
export class UnfinishedFrames {
  readonly #most: number;
  readonly #watch: LimitWatch;
  /** Bytes by connection, the message that began first comes first. */
  readonly #held = new Map<Unfinished, number>();
  #total = 0;

  constructor(most: number, watch: LimitWatch) {
    this.#most = most;
    this.#watch = watch;
  }

  get bytes(): number {
    return this.#total;
  }

  /** @param bytes that a connection holds by now; 0: its message is whole, or it has ended */
  set(connection: Unfinished, bytes: number): void {
    this.#total += bytes - (this.#held.get(connection) ?? 0);
    if (bytes === 0) this.#held.delete(connection);
    else this.#held.set(connection, bytes);
    while (this.#total > this.#most) this.#giveUpFirst();
  }

  #giveUpFirst(): void {
    const [first] = this.#held.keys();
    if (!first) return;
    this.#watch.hit('unfinished frames');
    this.set(first, 0);
    first.giveUp();
  }
}
