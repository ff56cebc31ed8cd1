/** Of each partition: what became of what was appended last. */
export class AppendOutcomes {
  readonly #faults = new Map<number, string>();

  /** Partitions that did not take what was appended last, and why. */
  get faults(): ReadonlyMap<number, string> {
    return this.#faults;
  }

  follow(partition: number, appended: Promise<void>): void {
    appended.then(
      () => this.#faults.delete(partition),
      (error: Error) => this.#faults.set(partition, error.message),
    );
  }
}
