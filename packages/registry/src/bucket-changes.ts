import type { NatsConnection } from '@nats-io/transport-node';
import { entryOf } from './bucket-entry.ts';
import type { BucketNames } from './bucket-names.ts';
import type { BucketEntry } from './bucket-port.ts';

/**
 * Entries as they pass by after they were written, in the order of their revisions. Core NATS: at most once, so one
 * may be missing. `undefined` comes where somebody had reason to believe so.
 */
export class BucketChanges implements AsyncIterable<BucketEntry | undefined> {
  /** Resolves when the server has the subscription: what is written from then on comes. Rejects where it has not. */
  readonly ready: Promise<void>;
  readonly #stop: () => void;
  #waiting: (BucketEntry | undefined)[] = [];
  #changed = Promise.withResolvers<void>();
  #fault: Error | undefined;
  #stopped = false;

  constructor(nc: NatsConnection, names: BucketNames) {
    const prefix = names.change('').length;
    const subscription = nc.subscribe(names.change('*'), {
      callback: (error, { subject, headers, data }) => {
        if (error) return this.#fail(error);
        const revision = Number(headers?.get('Nats-Sequence'));
        this.#push(entryOf(subject.slice(prefix), revision, { headers, data }));
      },
    });
    this.ready = nc.flush().then(() => this.#assertWell());
    this.#stop = () => subscription.unsubscribe();
  }

  /** Something may have been missed. */
  doubt(): void {
    if (this.#waiting.length === 0) this.#push(undefined);
  }

  stop(): void {
    if (!this.#stopped) this.#stop();
    this.#stopped = true;
    this.#changed.resolve();
  }

  /** @throws where the server does not take the subscription */
  async *[Symbol.asyncIterator](): AsyncGenerator<BucketEntry | undefined> {
    for (;;) {
      const due = this.#waiting;
      this.#waiting = [];
      for (const entry of due) yield entry;
      this.#assertWell();
      if (this.#stopped) return;
      if (this.#waiting.length > 0) continue;
      await this.#changed.promise;
      this.#changed = Promise.withResolvers();
    }
  }

  #push(entry: BucketEntry | undefined): void {
    this.#waiting.push(entry);
    this.#changed.resolve();
  }

  #assertWell(): void {
    if (this.#fault) throw this.#fault;
  }

  #fail(fault: Error): void {
    this.#fault = fault;
    this.#changed.resolve();
  }
}
