/** How often the leader is asked how far the registry goes. */
const PROBE_INTERVAL_MS = 500;

/**
 * How old the local copy may be. A watch that stalls shows nothing by itself, so the leader is asked again
 * and again how far the registry goes; the copy is as fresh as the last such question that the watch has
 * caught up with.
 */
export class Freshness implements Disposable {
  readonly #newest: () => Promise<number>;
  readonly #caughtUp: () => void;
  readonly #timer: NodeJS.Timeout;
  #freshAsOf = performance.now();
  #seen = 0;
  #probe: { readonly newest: number; readonly at: number } | undefined;
  #watch = 0;
  /** The watch for which a question is under way. */
  #askingFor: number | undefined;

  /**
   * @param newest the revision of the newest entry that is there, as the leader has it; may reject
   * @param caughtUp called whenever all that was there at a question has been seen
   */
  constructor(newest: () => Promise<number>, caughtUp: () => void) {
    this.#newest = newest;
    this.#caughtUp = caughtUp;
    this.#timer = setInterval(() => void this.#ask(), PROBE_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Milliseconds: every change that was made longer ago is in the copy. */
  get age(): number {
    return performance.now() - this.#freshAsOf;
  }

  /** Another watch begins, which has seen nothing yet. */
  restart(): void {
    this.#watch += 1;
    this.#seen = 0;
    this.#probe = undefined;
    void this.#ask();
  }

  /** The watch has come as far as this revision. */
  seen(revision: number): void {
    this.#seen = Math.max(this.#seen, revision);
    if (this.#probe && this.#seen >= this.#probe.newest) this.#isAsOf(this.#probe.at);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    const watch = this.#watch;
    if (this.#askingFor === watch) return;
    this.#askingFor = watch;
    try {
      const at = performance.now();
      const newest = await this.#newest();
      if (watch !== this.#watch) return;
      // Asked again while a probe is open: the entry that it waits for may have expired on the way.
      if (newest <= this.#seen) this.#isAsOf(at);
      else this.#probe ??= { newest, at };
    } catch {
      // The leader is away: the copy grows older, which is what callers see.
    } finally {
      if (this.#askingFor === watch) this.#askingFor = undefined;
    }
  }

  #isAsOf(at: number): void {
    this.#freshAsOf = at;
    this.#probe = undefined;
    this.#caughtUp();
  }
}
