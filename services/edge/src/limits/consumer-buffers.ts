import type { LimitWatch } from './limit-watch.ts';

/** What a consumer may have unread where all together have too much. */
export const SCARCE_BUFFER_BYTES = 64 * 1024;

/** What all consumers of an edge have yet to read. A frame that goes to many counts for each of them. */
export class ConsumerBuffers {
  readonly #most: number;
  readonly #watch: LimitWatch;
  #bytes = 0;

  constructor(most: number, watch: LimitWatch) {
    this.#most = most;
    this.#watch = watch;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#most;
  }

  add(bytes: number): void {
    const wasFull = this.isFull;
    this.#bytes += bytes;
    if (!wasFull && this.isFull) this.#watch.hit('consumer buffers of all');
  }

  /** One consumer has as much unread as it may have. */
  noteFull(): void {
    this.#watch.hit('consumer buffer');
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
  }
}
