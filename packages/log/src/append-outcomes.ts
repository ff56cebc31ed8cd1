/** Of a partition to which nothing has been sent since, nobody knows whether it still takes nothing. */
const TOLD_FOR_MS = 60_000;

interface Fault {
  readonly why: string;
  /** On the clock of `performance`. */
  readonly at: number;
}

/** Of each partition: what became of what was appended last. */
export class AppendOutcomes {
  readonly #faults = new Map<number, Fault>();

  /** Partitions that did not take what was appended last, within the last minute, and why. */
  get faults(): ReadonlyMap<number, string> {
    const since = performance.now() - TOLD_FOR_MS;
    const recent = [...this.#faults].filter(([, { at }]) => at >= since);
    return new Map(recent.map(([partition, { why }]) => [partition, why]));
  }

  follow(partition: number, appended: Promise<void>): void {
    appended.then(
      () => this.#faults.delete(partition),
      (error: Error) => this.#faults.set(partition, { why: error.message, at: performance.now() }),
    );
  }
}
