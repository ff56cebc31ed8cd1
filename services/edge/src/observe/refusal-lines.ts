import type { Logger } from '@dasf-broker/telemetry';
import { TokenBucket } from '../limits/token-bucket.ts';

const LINES_PER_SECOND = 50;
/** That many at once: whoever comes back after an outage has a line. */
const LINES_AT_ONCE = 500;

/** Logs who was refused, and why; of very many only how many there were, as an attacker must not fill the log. */
export class RefusalLines {
  readonly #logger: Logger;
  readonly #lines: TokenBucket;
  #left = 0;

  constructor(logger: Logger, lines = new TokenBucket(LINES_PER_SECOND, LINES_AT_ONCE)) {
    this.#logger = logger;
    this.#lines = lines;
  }

  write(refusal: Readonly<Record<string, unknown>>): void {
    if (!this.#lines.take()) {
      this.#left += 1;
      return;
    }
    const others = this.#left > 0 ? { refusedWithoutALine: this.#left } : {};
    this.#left = 0;
    this.#logger.info({ ...refusal, ...others }, 'upgrade refused');
  }
}
