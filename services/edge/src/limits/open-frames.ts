import type { LimitWatch } from './limit-watch.ts';

export interface OpenFramesLimits {
  readonly maxInFlight: number;
  readonly maxInFlightBytes: number;
}

/** What came on one connection and has no answer yet that its client has taken. */
export class OpenFrames {
  readonly #limits: OpenFramesLimits;
  readonly #watch: Pick<LimitWatch, 'hit'>;
  #frames = 0;
  #bytes = 0;

  constructor(limits: OpenFramesLimits, watch: Pick<LimitWatch, 'hit'>) {
    this.#limits = limits;
    this.#watch = watch;
  }

  get frames(): number {
    return this.#frames;
  }

  get isFull(): boolean {
    const { maxInFlight, maxInFlightBytes } = this.#limits;
    return this.#frames >= maxInFlight || this.#bytes >= maxInFlightBytes;
  }

  add(bytes: number): void {
    const { maxInFlight, maxInFlightBytes } = this.#limits;
    const hadRoom = this.#bytes < maxInFlightBytes;
    this.#frames += 1;
    this.#bytes += bytes;
    if (this.#frames === maxInFlight) this.#watch.hit('frames in flight per connection');
    if (hadRoom && this.#bytes >= maxInFlightBytes) this.#watch.hit('bytes in flight per connection');
  }

  remove(bytes: number): void {
    this.#frames -= 1;
    this.#bytes -= bytes;
  }
}
