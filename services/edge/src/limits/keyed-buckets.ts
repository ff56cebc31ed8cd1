import type { TokenBucket } from './token-bucket.ts';

/** Buckets that are kept at most; nobody can fill the memory with addresses. */
const MOST_BUCKETS = 20_000;
const LOOKED_THROUGH = 10;

/** A bucket for each address or user. */
export class KeyedBuckets {
  readonly #make: () => TokenBucket;
  readonly #most: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(make: () => TokenBucket, most = MOST_BUCKETS) {
    this.#make = make;
    this.#most = most;
  }

  get size(): number {
    return this.#buckets.size;
  }

  of(key: string): TokenBucket {
    const known = this.#buckets.get(key);
    if (known) return known;
    if (this.#buckets.size >= this.#most) this.#makeRoom();
    const bucket = this.#make();
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** The oldest has to go; also, a few at a time, those after it that are full and so as good as new. */
  #makeRoom(): void {
    let looked = 0;
    for (const [key, bucket] of this.#buckets) {
      if (looked === 0 || bucket.isFull) this.#buckets.delete(key);
      looked += 1;
      if (looked === LOOKED_THROUGH) return;
    }
  }
}
