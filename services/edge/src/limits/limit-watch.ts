import type { Logger } from '@dasf-broker/telemetry';

/** What an edge sets bounds to; the names under which it counts how often they were met. */
export const LIMITS = [
  'accept rate',
  'accept rate per address',
  'connections',
  'file descriptors',
  'connections per address',
  'connections per user',
  'sockets without a request',
  'sockets without a request per address',
  'time for a request',
  'header size',
  'malformed requests',
  'websocket protocol',
  'frame size',
  'fragments',
  'frame rate',
  'byte rate',
  'small reads',
  'frames that acknowledge nothing',
  'frames in flight per connection',
  'bytes in flight per connection',
  'acknowledgements in flight per connection',
  'frames in flight of all',
  'queued frames',
  'unfinished frames',
  'refusals per address',
  'refusals of all',
  'unknown acknowledgements per user',
  'topics of a user',
  'topics a minute',
  'response topics of a user',
  'response topics a minute',
  'topics of all',
  'outstanding bytes of a user',
  'consumer buffer',
  'consumer buffers of all',
  'large frames being read',
] as const;

export type Limit = (typeof LIMITS)[number];

/** A limit that was met is taken to be met until nothing was heard of it for so long. */
const CALM_MS = 10_000;

/**
 * Counts how often limits were met, for metrics, and logs when one begins to be met and when it no longer is: an
 * attacker must not be able to fill the log.
 */
export class LimitWatch implements Disposable {
  readonly #logger: Logger;
  readonly #totals = new Map<Limit, number>(LIMITS.map((limit) => [limit, 0]));
  /** Those that are met now: how often before, and whether again since the last look. */
  readonly #met = new Map<Limit, { readonly before: number; again: boolean }>();
  readonly #timer: NodeJS.Timeout;

  /** @param calm milliseconds without a hit after which a limit is no longer met */
  constructor(logger: Logger, calm = CALM_MS) {
    this.#logger = logger;
    this.#timer = setInterval(() => this.#look(), calm);
    this.#timer.unref();
  }

  /** Somebody met this limit. */
  hit(limit: Limit, times = 1): void {
    const total = this.total(limit);
    this.#totals.set(limit, total + times);
    const met = this.#met.get(limit);
    if (met) {
      met.again = true;
      return;
    }
    this.#met.set(limit, { before: total, again: true });
    this.#logger.warn({ limit }, 'a limit is met');
  }

  total(limit: Limit): number {
    return this.#totals.get(limit) ?? 0;
  }

  /** How often each limit was met since the start. */
  totals(): ReadonlyMap<Limit, number> {
    return this.#totals;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const [limit, met] of this.#met) {
      if (met.again) {
        met.again = false;
        continue;
      }
      this.#met.delete(limit);
      this.#logger.info({ limit, times: this.total(limit) - met.before }, 'a limit is met no longer');
    }
  }
}
