const ROUND_MS = 25;

/**
 * When acknowledgements go to the log: nobody waits for one, so those of all connections are collected for a moment.
 * Each by itself would cost the log as much as a message does, and the message behind it the time.
 */
export class AcknowledgementRounds {
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls `flush` when the round ends. */
  join(flush: () => void): void {
    this.#waiting.add(flush);
    this.#timer ??= setTimeout(() => this.end(), ROUND_MS);
  }

  leave(flush: () => void): void {
    this.#waiting.delete(flush);
  }

  /** Now: what was acknowledged is not owed to who comes. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const flush of waiting) flush();
  }
}
