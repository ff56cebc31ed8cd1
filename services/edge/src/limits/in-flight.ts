import type { LimitWatch } from './limit-watch.ts';
import type { Reading } from './reading.ts';

export interface InFlightLimits {
  /** Frames of one connection that may wait for their answer. */
  readonly maxInFlight: number;
  /** Bytes of frames of one connection that may wait for their answer. */
  readonly maxInFlightBytes: number;
  readonly maxTotalInFlight: number;
  readonly maxTotalInFlightBytes: number;
}

/** What is left to one connection where many have frames under way: enough for who waits for his answers. */
const SCARCE_SHARE = 4;
/** What a frame takes besides its bytes. */
const FRAME_OVERHEAD_BYTES = 512;

/**
 * The frames of all connections that wait for their answer. From half of what the edge takes on, a connection may
 * have only a few of them; with all of it in use, nobody is read until there is room.
 */
export class InFlight {
  readonly #limits: InFlightLimits;
  readonly #watch: LimitWatch;
  readonly #readings = new Set<Reading>();
  #frames = 0;
  #bytes = 0;
  #isFull = false;

  constructor(limits: InFlightLimits, watch: LimitWatch) {
    this.#limits = limits;
    this.#watch = watch;
  }

  get frames(): number {
    return this.#frames;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** From now on it is held while there is no room. */
  join(reading: Reading): void {
    this.#readings.add(reading);
    if (this.#isFull) reading.hold('in flight of all');
  }

  leave(reading: Reading): void {
    this.#readings.delete(reading);
  }

  add(bytes: number): void {
    this.#frames += 1;
    this.#bytes += bytes + FRAME_OVERHEAD_BYTES;
    if (this.#isFull || this.#load < 1) return;
    this.#isFull = true;
    this.#watch.hit('frames in flight of all');
    for (const reading of this.#readings) reading.hold('in flight of all');
  }

  remove(bytes: number): void {
    this.#frames -= 1;
    this.#bytes -= bytes + FRAME_OVERHEAD_BYTES;
    if (!this.#isFull || this.#load > 0.75) return;
    this.#isFull = false;
    for (const reading of this.#readings) reading.release('in flight of all');
  }

  /** Whether one connection has as much under way as it may have now. */
  isEnough(frames: number, bytes: number): boolean {
    const { maxInFlight, maxInFlightBytes } = this.#limits;
    const most = this.#load < 0.5 ? maxInFlight : Math.min(maxInFlight, SCARCE_SHARE);
    return frames >= most || bytes >= maxInFlightBytes;
  }

  get #load(): number {
    const { maxTotalInFlight, maxTotalInFlightBytes } = this.#limits;
    return Math.max(this.#frames / maxTotalInFlight, this.#bytes / maxTotalInFlightBytes);
  }
}
