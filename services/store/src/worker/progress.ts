/** A question that cannot be answered now; the message may be told to an edge. */
export class NotAnswerable extends Error {
  override readonly name = 'NotAnswerable';
}

interface Waiter {
  readonly sequence: number;
  readonly reached: (cursor: number) => void;
  readonly failed: (error: NotAnswerable) => void;
}

/** How far one tenure of a partition has folded, for those who wait for it. */
export class Progress {
  #cursor: number;
  #halted: string | undefined;
  readonly #waiters = new Set<Waiter>();
  /** Called when somebody begins to wait. */
  onAwaited: () => void = () => {};

  constructor(cursor: number) {
    this.#cursor = cursor;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** Somebody waits for what is not folded yet. */
  get isAwaited(): boolean {
    return this.#waiters.size > 0;
  }

  /** Why nothing is folded any more until an operator acts. */
  get halted(): string | undefined {
    return this.#halted;
  }

  /** Everything up to here is in the database. */
  moveTo(cursor: number): void {
    this.#cursor = cursor;
    for (const waiter of this.#waiters) {
      if (waiter.sequence <= cursor) waiter.reached(cursor);
    }
  }

  halt(reason: string | undefined): void {
    this.#halted = reason;
    if (reason === undefined) return;
    for (const waiter of this.#waiters) waiter.failed(new NotAnswerable(reason));
  }

  /** Nothing is folded here any more: who waits is told. */
  giveUp(): void {
    const gone = new NotAnswerable('The store has given the partition up.');
    for (const waiter of this.#waiters) waiter.failed(gone);
  }

  /**
   * Resolves with the cursor when it is at least `sequence`.
   *
   * @param timeout milliseconds
   * @throws {NotAnswerable} when the time is over, or where the partition is halted
   */
  async reach(sequence: number, timeout: number): Promise<number> {
    if (this.#halted !== undefined) throw new NotAnswerable(this.#halted);
    if (sequence <= this.#cursor) return this.#cursor;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const waiter: Waiter = { sequence, reached: resolve, failed: reject };
    const behind = new NotAnswerable('The store has not caught up with the log yet.');
    const timer = setTimeout(() => reject(behind), timeout);
    this.#waiters.add(waiter);
    this.onAwaited();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }
}
