/**
 * Keeps what one user sends to one topic in the order of the calls, where one of them is not ready at once. Others have
 * no claim to an order against him: which comes first is decided where both get into the log (DLV-3).
 */
export class PublishingOrder {
  /** Resolves when all that came so far has gone; who waits for nobody is not in here. */
  readonly #ahead = new Map<string, Promise<void>>();

  /**
   * Calls `go` when `ready` has resolved and whatever entered under the same key before has gone: at once, where
   * there is nothing to wait for.
   */
  enter<T>(
    key: string | undefined,
    ready: Promise<T> | undefined,
    go: (ready: T | undefined) => Promise<void>,
  ): Promise<void> {
    const ahead = key === undefined ? undefined : this.#ahead.get(key);
    if (key === undefined || (!ahead && !ready)) return go(undefined);
    return this.#wait(key, ahead, ready, go);
  }

  /** Resolves when nobody waits any more. */
  async settled(): Promise<void> {
    while (this.#ahead.size > 0) await Promise.all(this.#ahead.values());
  }

  async #wait<T>(
    key: string,
    ahead: Promise<void> | undefined,
    ready: Promise<T> | undefined,
    go: (ready: T | undefined) => Promise<void>,
  ): Promise<void> {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    this.#ahead.set(key, gone);
    // It may fail before its turn.
    ready?.catch(() => {});
    try {
      await ahead;
      const prepared = await ready;
      return go(prepared);
    } finally {
      resolve();
      if (this.#ahead.get(key) === gone) this.#ahead.delete(key);
    }
  }
}
