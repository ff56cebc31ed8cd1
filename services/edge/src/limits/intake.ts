import { FrameBoundaries } from './frame-boundaries.ts';
import type { HeldBytes, Holder } from './held-bytes.ts';
import type { LimitWatch } from './limit-watch.ts';
import type { Reading } from './reading.ts';
import { TokenBucket } from './token-bucket.ts';

export interface IntakeLimits {
  readonly maxFramesPerSecond: number;
  readonly maxBytesPerSecond: number;
}

/** What a chunk of a message that is not whole takes in memory besides its bytes. */
const CHUNK_OVERHEAD_BYTES = 384;
const SMALL_CHUNK_BYTES = 4096;
/** So many small chunks of one message are read as they come. */
const FREE_SMALL_CHUNKS = 1024;

/**
 * Watches what comes in on one connection, and reads it no faster than it may come: frames of any kind, bytes,
 * and pieces of a message that are too small. What comes too fast is not dropped, it waits on its way; and as
 * pieces that wait join in the system's buffers, a message that comes byte by byte stays cheap.
 */
export class Intake {
  readonly #boundaries = new FrameBoundaries();
  readonly #frames: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #unfinished: HeldBytes;
  readonly #reading: Reading;
  readonly #watch: LimitWatch;
  readonly #holder: Holder;
  #chunks = 0;
  #smallChunks = 0;
  #waiting = 0;

  /** @param holder stands for the connection among those that hold messages whose end has not come */
  constructor(
    limits: IntakeLimits,
    unfinished: HeldBytes,
    reading: Reading,
    watch: LimitWatch,
    holder: Holder,
  ) {
    this.#frames = new TokenBucket(limits.maxFramesPerSecond);
    this.#bytes = new TokenBucket(limits.maxBytesPerSecond);
    this.#unfinished = unfinished;
    this.#reading = reading;
    this.#watch = watch;
    this.#holder = holder;
  }

  /**
   * @param most frames that may end in what is taken of the chunk
   * @returns how many of its bytes were taken
   */
  receive(chunk: Buffer, most = Number.POSITIVE_INFINITY): number {
    const before = this.#boundaries.frames;
    const taken = this.#boundaries.push(chunk, most);
    this.#noteUnfinished(taken);
    const wait = Math.max(
      this.#waitFor('frame rate', this.#frames.charge(this.#boundaries.frames - before)),
      this.#waitFor('byte rate', this.#bytes.charge(taken)),
      this.#waitFor('small reads', taken < SMALL_CHUNK_BYTES ? this.#pauseBetweenSmallChunks() : 0),
    );
    if (wait > 0) this.#reading.holdFor('rate', wait);
    return taken;
  }

  /** So many bytes came and are not taken yet. */
  noteWaiting(bytes: number): void {
    this.#waiting = bytes;
    this.#note();
  }

  /** The connection has ended. */
  close(): void {
    this.#unfinished.set(this.#holder, 0);
  }

  #noteUnfinished(length: number): void {
    const { unfinished } = this.#boundaries;
    if (unfinished < length || unfinished === 0) {
      // Another message has begun, or none: what there was of the last one is gone.
      this.#chunks = 0;
      this.#smallChunks = 0;
    }
    if (unfinished > 0) {
      this.#chunks += 1;
      if (length < SMALL_CHUNK_BYTES) this.#smallChunks += 1;
    }
    this.#note();
  }

  #note(): void {
    const held = this.#boundaries.unfinished + this.#chunks * CHUNK_OVERHEAD_BYTES + this.#waiting;
    this.#unfinished.set(this.#holder, held);
  }

  /** The more there are, the longer: so there are never as many as the library takes. */
  #pauseBetweenSmallChunks(): number {
    return this.#smallChunks > FREE_SMALL_CHUNKS ? Math.ceil(this.#smallChunks / 40) : 0;
  }

  #waitFor(limit: 'frame rate' | 'byte rate' | 'small reads', wait: number): number {
    if (wait > 0) this.#watch.hit(limit);
    return wait;
  }
}
