/** Keeps a topic's messages in the order of the calls, where one of them is not ready at once (DLV-3). */
export class TopicOrder {
  /** Resolves when all that came so far has gone, by topic; topics with nobody waiting are not in here. */
  readonly #ahead = new Map<string, Promise<void>>();

  /**
   * Calls `go` when `ready` has resolved and whoever entered the topic before has gone: at once, where there is
   * nothing to wait for.
   */
  enter<T>(
    topic: string | undefined,
    ready: Promise<T> | undefined,
    go: (ready: T | undefined) => Promise<void>,
  ): Promise<void> {
    const ahead = topic === undefined ? undefined : this.#ahead.get(topic);
    if (topic === undefined || (!ahead && !ready)) return go(undefined);
    return this.#wait(topic, ahead, ready, go);
  }

  /** Resolves when nobody waits any more. */
  async settled(): Promise<void> {
    while (this.#ahead.size > 0) await Promise.all(this.#ahead.values());
  }

  async #wait<T>(
    topic: string,
    ahead: Promise<void> | undefined,
    ready: Promise<T> | undefined,
    go: (ready: T | undefined) => Promise<void>,
  ): Promise<void> {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    this.#ahead.set(topic, gone);
    // It may fail before its turn.
    ready?.catch(() => {});
    try {
      await ahead;
      const prepared = await ready;
      return go(prepared);
    } finally {
      resolve();
      if (this.#ahead.get(topic) === gone) this.#ahead.delete(topic);
    }
  }
}
