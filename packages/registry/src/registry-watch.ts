import type { KV, KvEntry, KvWatchEntry } from '@nats-io/kv';
import type { QueuedIterator } from '@nats-io/transport-node';
import { Freshness } from './freshness.ts';

/** A right that was taken away counts no longer than this (DLV-5). */
const STALE_AFTER_MS = 2000;
const RELOAD_AFTER_MS = 5000;
const PAUSE_MS = 200;

/** What a watch keeps up to date. Whatever order news come in, the newest of a key must stand. */
export interface WatchedCopy {
  /** The bucket's keys of all that is in the copy. */
  keys(): Iterable<string>;
  /** Takes what was put; an entry that somebody else wrote, and that is none, hides nothing but itself. */
  take(entry: KvEntry): void;
  /** Forgets an entry, unless something newer than this revision is known of it. */
  forgetKey(key: string, upTo: number): void;
}

/** Keeps a copy of a bucket up to date; a watch that ended, or that has stalled, is begun anew. */
export class RegistryWatch implements Disposable {
  readonly #kv: KV;
  readonly #copy: WatchedCopy;
  readonly #freshness: Freshness;
  readonly #loaded = Promise.withResolvers<void>();
  #watch: QueuedIterator<KvWatchEntry> | undefined;
  #watchedUpTo = 0;
  #closed = false;

  constructor(kv: KV, copy: WatchedCopy) {
    this.#kv = kv;
    this.#copy = copy;
    this.#freshness = new Freshness(() => this.#leaderEnd());
    void this.#follow();
  }

  /** Resolves when every entry is in the copy. */
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
    this.#watch?.stop();
  }

  async #follow(): Promise<void> {
    while (!this.#closed) {
      const supervision = setInterval(() => {
        if (this.#freshness.age > RELOAD_AFTER_MS) this.#watch?.stop();
      }, RELOAD_AFTER_MS);
      // NATS or the bucket may be away: begun anew below.
      await this.#watchOnce().catch(() => {});
      clearInterval(supervision);
      if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #watchOnce(): Promise<void> {
    const end = await this.#leaderEnd();
    const gone = new Set(this.#copy.keys());
    const watch = await this.#kv.watch();
    this.#watch = watch;
    let isLoaded = false;
    const loaded = () => {
      isLoaded = true;
      // What was removed while nobody watched does not come any more.
      for (const key of gone) this.#copy.forgetKey(key, end);
      this.#reached(end);
      this.#loaded.resolve();
    };
    if ((await this.#kv.status()).streamInfo.state.messages === 0) loaded();
    for await (const entry of watch) {
      if (this.#closed) return;
      gone.delete(entry.key);
      this.#take(entry);
      if (entry.isUpdate && !isLoaded) loaded();
    }
  }

  #take(entry: KvWatchEntry): void {
    if (entry.operation === 'PUT') this.#copy.take(entry);
    else this.#copy.forgetKey(entry.key, entry.revision);
    this.#reached(entry.revision);
  }

  #reached(revision: number): void {
    this.#watchedUpTo = Math.max(this.#watchedUpTo, revision);
    this.#freshness.seen(revision);
  }

  async #leaderEnd(): Promise<number> {
    return (await this.#kv.status()).streamInfo.state.last_seq;
  }
}
