/** How often the leader is asked how far the registry goes. */
const PROBE_INTERVAL_MS = 500;

/**
 * How old the local copy may be. A watch that stalls shows nothing by itself, so the leader is asked again
 * and again how far the registry goes; the copy is as fresh as the last such question that the watch has
 * caught up with.
 */
export class Freshness implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #freshAsOf = performance.now();
  #seen = 0;
  #probe: { readonly end: number; readonly at: number } | undefined;
  #asking = false;

  /** @param leaderEnd the registry's last revision, as its leader has it; may reject */
  constructor(leaderEnd: () => Promise<number>) {
    this.#timer = setInterval(() => void this.#ask(leaderEnd), PROBE_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Milliseconds: every change that was made longer ago is in the copy. */
  get age(): number {
    return performance.now() - this.#freshAsOf;
  }

  /** The watch has come as far as this revision. */
  seen(revision: number): void {
    this.#seen = Math.max(this.#seen, revision);
    if (!this.#probe || this.#seen < this.#probe.end) return;
    this.#freshAsOf = this.#probe.at;
    this.#probe = undefined;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #ask(leaderEnd: () => Promise<number>): Promise<void> {
    if (this.#asking || this.#probe) return;
    this.#asking = true;
    try {
      const at = performance.now();
      this.#probe = { end: await leaderEnd(), at };
      this.seen(this.#seen);
    } catch {
      // The leader is away: the copy grows older, which is what callers see.
    } finally {
      this.#asking = false;
    }
  }
}
