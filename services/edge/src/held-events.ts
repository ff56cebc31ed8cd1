import type { LiveEvent } from '@dasf-broker/log';

/** Live frames that wait until what comes before them has been sent; bounded by their bytes. */
export class HeldEvents {
  readonly #limit: number;
  #events: LiveEvent[] = [];
  #bytes = 0;
  #overflowed = false;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Something was dropped since the last `clear`: it must be read from the log. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  add(live: LiveEvent): void {
    this.#bytes += live.event.frame.length;
    if (this.#bytes > this.#limit) this.#overflowed = true;
    if (!this.#overflowed) this.#events.push(live);
  }

  /** Hands over what is held. */
  take(): readonly LiveEvent[] {
    const events = this.#events;
    this.#events = [];
    this.#bytes = 0;
    return events;
  }

  clear(): void {
    this.take();
    this.#overflowed = false;
  }
}
