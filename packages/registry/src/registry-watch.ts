import { refusalIn } from '@dasf-broker/nats';
import type { BucketEntry, BucketPort, BucketWatch } from './bucket-port.ts';
import { Freshness } from './freshness.ts';

/** A right that was taken away counts no longer than this (DLV-5). */
const STALE_AFTER_MS = 2000;
const RELOAD_AFTER_MS = 5000;
const SUPERVISION_MS = 1000;
const PAUSE_MS = 200;

/** What a watch keeps up to date. Whatever order news come in, the newest of a key must stand. */
export interface WatchedCopy {
  /** How new each entry of the copy is, by its key. */
  revisions(): Map<string, number>;
  /** Takes what was put; an entry that somebody else wrote, and that is none, hides nothing but itself. */
  take(entry: BucketEntry): void;
  /** Forgets an entry, unless something newer than this revision is known of it. */
  forgetKey(key: string, upTo: number): void;
}

type WatchedBucket = Pick<BucketPort, 'watch' | 'newest'>;

/** Keeps a copy of a bucket up to date; a watch that ended, or that has stalled, is begun anew. */
export class RegistryWatch implements Disposable {
  readonly #bucket: WatchedBucket;
  readonly #copy: WatchedCopy;
  readonly #freshness: Freshness;
  readonly #supervision: NodeJS.Timeout;
  readonly #loaded = Promise.withResolvers<void>();
  #watch: BucketWatch | undefined;
  #watchedUpTo = 0;
  #movedAt = performance.now();
  /** Entries that the present watch has not shown yet: what is still here when it is through has been removed. */
  #unseen = new Map<string, number>();
  #closed = false;

  constructor(bucket: WatchedBucket, copy: WatchedCopy) {
    this.#bucket = bucket;
    this.#copy = copy;
    this.#freshness = new Freshness(
      () => bucket.newest(),
      () => this.#caughtUp(),
    );
    this.#supervision = setInterval(() => this.#supervise(), SUPERVISION_MS);
    this.#supervision.unref();
    void this.#follow();
  }

  /** Resolves when every entry is in the copy; rejects where NATS does not let this service read them. */
  get loaded(): Promise<void> {
    return this.#loaded.promise;
  }

  /** Milliseconds: every change that was made longer ago is in the copy. */
  get age(): number {
    return this.#freshness.age;
  }

  /** The copy may lack changes that were made more than two seconds ago. */
  get isStale(): boolean {
    return this.#freshness.age > STALE_AFTER_MS;
  }

  /** Everything up to this revision is in the copy. */
  get watchedUpTo(): number {
    return this.#watchedUpTo;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#freshness[Symbol.dispose]();
    clearInterval(this.#supervision);
    this.#watch?.stop();
  }

  async #follow(): Promise<void> {
    while (!this.#closed) {
      // NATS or the bucket may be away: begun anew below.
      await this.#watchOnce().catch((error: unknown) => {
        const refused = refusalIn(error);
        if (refused) this.#loaded.reject(refused);
      });
      this.#watch = undefined;
      if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #watchOnce(): Promise<void> {
    const known = this.#copy.revisions();
    const watch = await this.#bucket.watch();
    if (this.#closed) return watch.stop();
    this.#watch = watch;
    this.#unseen = known;
    this.#movedAt = performance.now();
    this.#freshness.restart();
    for await (const entry of watch) {
      if (this.#closed) return;
      this.#take(entry);
    }
  }

  #take(entry: BucketEntry): void {
    this.#unseen.delete(entry.key);
    if (entry.operation === 'PUT') this.#copy.take(entry);
    else this.#copy.forgetKey(entry.key, entry.revision);
    this.#watchedUpTo = Math.max(this.#watchedUpTo, entry.revision);
    this.#movedAt = performance.now();
    this.#freshness.seen(entry.revision);
  }

  #caughtUp(): void {
    // What was removed while nobody watched does not come any more.
    for (const [key, revision] of this.#unseen) this.#copy.forgetKey(key, revision);
    this.#unseen.clear();
    this.#loaded.resolve();
  }

  /** A large bucket may take longer to load: as long as something comes, nothing has stalled. */
  #supervise(): void {
    const isStill = performance.now() - this.#movedAt > RELOAD_AFTER_MS;
    if (isStill && this.#freshness.age > RELOAD_AFTER_MS) this.#watch?.stop();
  }
}
