const clock = () => performance.now();

/**
 * A bucket that fills at a constant rate up to what may come at once: what goes beyond is refused or must wait,
 * since a queue would only let everybody time out together.
 */
export class TokenBucket {
  readonly #perMillisecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /** @param burst what may come at once, one second of the rate unless said; @param now milliseconds */
  constructor(perSecond: number, burst = Math.max(1, perSecond), now: () => number = clock) {
    this.#perMillisecond = perSecond / 1000;
    this.#burst = burst;
    this.#now = now;
    this.#left = burst;
    this.#at = now();
  }

  /** Nothing was taken for so long that it need not be remembered. */
  get isFull(): boolean {
    this.#fill();
    return this.#left === this.#burst;
  }

  /** Takes one, if there is one now. */
  take(): boolean {
    this.#fill();
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /**
   * Takes so many, whether they are there or not.
   *
   * @param longest that anybody waits, in milliseconds: what is missing beyond that is forgotten
   * @returns the milliseconds until what is missing is there
   */
  charge(amount: number, longest = Number.POSITIVE_INFINITY): number {
    this.#fill();
    this.#left = Math.max(this.#left - amount, -longest * this.#perMillisecond);
    return this.#left >= 0 ? 0 : Math.ceil(-this.#left / this.#perMillisecond);
  }

  #fill(): void {
    const now = this.#now();
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMillisecond);
    this.#at = now;
  }
}
