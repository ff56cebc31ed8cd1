import { readBatch } from '@dasf-broker/nats';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BucketChanges } from './bucket-changes.ts';
import { entryOf } from './bucket-entry.ts';
import type { BucketNames } from './bucket-names.ts';
import type { BucketEntry, BucketWatch } from './bucket-port.ts';

export interface FollowerParts {
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly names: BucketNames;
  /** The revision of the newest entry, as the leader has it. */
  readonly newest: () => Promise<number>;
  readonly ended: () => void;
}

const PAGE = 1000;
const PAGE_BYTES = 4 * 1024 * 1024;
/** Before a copy of the bucket that lags behind is asked again. */
const LAG_PAUSE_MS = 20;

/**
 * Gives what is in a bucket, then what passes by. Revisions follow on one another, so one that did not pass shows
 * with the next, and is read; that the last one is missing shows when the leader is asked how far the bucket goes.
 */
export class BucketFollower implements BucketWatch {
  readonly #parts: FollowerParts;
  readonly #changes: BucketChanges;
  #position = 0;
  #stopped = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#changes = new BucketChanges(parts.nc, parts.names);
  }

  /** Resolves when nothing that is written can be missed any more. */
  get ready(): Promise<void> {
    return this.#changes.ready;
  }

  /** There is an entry of this revision. */
  expect(revision: number): void {
    if (revision > this.#position) this.#changes.doubt();
  }

  stop(): void {
    this.#stopped = true;
    this.#changes.stop();
    this.#parts.ended();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BucketEntry> {
    try {
      yield* this.#read();
      for await (const entry of this.#changes) {
        if (!entry || entry.revision > this.#position + 1) yield* this.#read();
        // What was not stored has no revision.
        if (!entry || !(entry.revision > this.#position)) continue;
        this.#position = entry.revision;
        yield entry;
      }
    } finally {
      this.stop();
    }
  }

  /** What has not been given yet, as far as the bucket goes now. */
  async *#read(): AsyncGenerator<BucketEntry> {
    while (!this.#stopped && this.#position < (await this.#parts.newest())) {
      const before = this.#position;
      for await (const entry of this.#page(before + 1)) {
        this.#position = entry.revision;
        yield entry;
      }
      if (this.#position === before) await new Promise((resolve) => setTimeout(resolve, LAG_PAUSE_MS));
    }
  }

  async *#page(from: number): AsyncGenerator<BucketEntry> {
    const { jsm, names } = this.#parts;
    const prefix = names.entry('').length;
    const wanted = { from, messages: PAGE, bytes: PAGE_BYTES };
    for await (const { subject, seq, header, data } of readBatch(jsm, names.stream, wanted)) {
      yield entryOf(subject.slice(prefix), seq, { headers: header, data });
    }
  }
}
