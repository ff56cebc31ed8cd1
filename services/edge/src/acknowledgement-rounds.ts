const ROUND_MS = 25;

/**
 * When acknowledgements go to the log: nobody waits for one, so those of all connections are collected for a moment.
 * Each by itself would cost the log as much as a message does, and the message behind it the time.
 */
export class AcknowledgementRounds {
  /** What ends the round of a connection, with its topic's uid. */
  readonly #waiting = new Map<() => void, string>();
  /** What is on its way to the log, by its topic's uid. */
  readonly #underWay = new Map<string, Set<Promise<void>>>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls `flush` when the round ends. */
  join(uid: string, flush: () => void): void {
    this.#waiting.set(flush, uid);
    this.#timer ??= setTimeout(() => this.#end(), ROUND_MS);
  }

  leave(flush: () => void): void {
    this.#waiting.delete(flush);
  }

  /** @param stored resolves when the log has it, or will not have it */
  follow(uid: string, stored: Promise<void>): void {
    const own = this.#underWay.get(uid) ?? new Set();
    this.#underWay.set(uid, own.add(stored));
    void stored.then(() => {
      own.delete(stored);
      if (own.size === 0) this.#underWay.delete(uid);
    });
  }

  /** Resolves when the log has what was acknowledged of a topic: it is not owed to who comes. */
  async settle(uid: string): Promise<void> {
    for (const [flush, of] of this.#waiting) if (of === uid) flush();
    await Promise.all(this.#underWay.get(uid) ?? []);
  }

  #end(): void {
    this.#timer = undefined;
    for (const flush of this.#waiting.keys()) flush();
    this.#waiting.clear();
  }
}
