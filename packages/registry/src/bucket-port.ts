/** What stands at a key. */
export interface BucketEntry {
  readonly key: string;
  /** Grows with every write to any key. */
  readonly revision: number;
  readonly operation: 'PUT' | 'DEL' | 'PURGE';
  json<T>(): T;
}

/** Entries in the order of their revisions: first what is there, then what comes. May end, and may stall. */
export interface BucketWatch extends AsyncIterable<BucketEntry> {
  stop(): void;
}

/**
 * Where entries are kept, such as the registry's topics. Each call is one question to the leader: it rejects where there is no
 * answer, and whoever asks tries again.
 */
export interface BucketPort {
  /** The last entry of a key, also where it tells of a removal. */
  get(key: string): Promise<BucketEntry | null>;
  /** Rejects, too, where the key holds something. */
  create(key: string, value: string): Promise<number>;
  /** Writes whatever the key holds. */
  put(key: string, value: string): Promise<number>;
  /** The new revision; `undefined` where the key is not at the given one any more. */
  update(key: string, value: string, revision: number): Promise<number | undefined>;
  /** Removes the key, if it is at this revision; says whether it was. */
  purge(key: string, revision: number): Promise<boolean>;
  watch(): Promise<BucketWatch>;
  /** The revision of the newest entry that is there; 0 where there is none. */
  newest(): Promise<number>;
}
