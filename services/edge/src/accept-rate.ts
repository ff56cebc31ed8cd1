/** Milliseconds of the rate that may come at once. */
const BURST_MS = 1000;

/**
 * How many upgrades are taken, as a bucket that fills at a constant rate: clients that lost their edge come
 * back all at once and without jitter (CLS-4). What goes beyond is refused at once, since a queue would only
 * let them time out together.
 */
export class AcceptRate {
  readonly #perMillisecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /** @param perSecond upgrades; @param now milliseconds */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perMillisecond = perSecond / 1000;
    this.#burst = Math.max(1, this.#perMillisecond * BURST_MS);
    this.#now = now;
    this.#left = this.#burst;
    this.#at = now();
  }

  /** Takes one upgrade, if there is room for it now. */
  take(): boolean {
    const now = this.#now();
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMillisecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
