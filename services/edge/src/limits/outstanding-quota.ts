import type { Announcement } from '@dasf-broker/log';
import { type Retention, refusals } from '@dasf-broker/protocol';
import type { LimitWatch } from './limit-watch.ts';

/** What a store said of users holds for so long: who hears of no store any more refuses nobody for it. */
const HOLDS_MS = 30_000;
/** Messages that are removed when they are acknowledged. */
const COUNTED: readonly Retention[] = ['cache', 'cacheall'];

/**
 * Users who have more outstanding than they may, as stores count it: they may not publish what is kept until it is
 * acknowledged. It is known some seconds late, when they have too much and when they have not any more.
 */
export class OutstandingQuota {
  readonly #watch: LimitWatch;
  readonly #now: () => number;
  #above: ReadonlySet<string> = new Set();
  #until = 0;

  constructor(watch: LimitWatch, now: () => number = () => performance.now()) {
    this.#watch = watch;
    this.#now = now;
  }

  hear({ aboveQuota }: Pick<Announcement, 'aboveQuota'>): void {
    if (!aboveQuota) return;
    this.#above = new Set(aboveQuota);
    this.#until = this.#now() + HOLDS_MS;
  }

  /** @throws {Refusal} `TOO_MUCH_OUTSTANDING` where a message under this rule would be one too many */
  check(user: string, retention: Retention): void {
    if (!this.#above.has(user) || !COUNTED.includes(retention) || this.#now() > this.#until) return;
    this.#watch.hit('outstanding bytes of a user');
    throw refusals.tooMuchOutstanding();
  }
}
