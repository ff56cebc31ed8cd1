import { type LogStreams, readLog } from '@dasf-broker/log';
import type { TopicDetails } from '@dasf-broker/readmodel';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Signs, TopicStatusReader } from '../status/reader.ts';

/** A read model in memory that folds what the status needs; stands in for the store and its database. */
export class FoldedSigns implements TopicStatusReader, AsyncDisposable {
  /** Set to have every question fail, or never answered, as it is while the database is away or has stopped. */
  away = false;
  stopped = false;
  readonly #signs = new Map<string, Signs>();
  readonly #apiInfos = new Map<string, string>();
  readonly #cursors = new Map<number, number>();
  readonly #end = new AbortController();
  readonly #folding: Promise<void>[];

  constructor(nc: NatsConnection, streams: LogStreams) {
    const partitions = Array.from({ length: streams.partitions }, (_, partition) => partition);
    this.#folding = partitions.map((partition) => this.#fold(nc, streams, partition));
  }

  async lastSigns(uid: string): Promise<Signs | null> {
    await this.#reach();
    return this.#signs.get(uid) ?? null;
  }

  async details(uids: readonly string[]): Promise<ReadonlyMap<string, TopicDetails>> {
    await this.#reach();
    return new Map(
      uids.flatMap((uid) => {
        const signs = this.#signs.get(uid);
        return signs ? [[uid, { ...signs, pending: 0, stored: 0, storedResponses: 0 }] as const] : [];
      }),
    );
  }

  async apiInfo(uid: string): Promise<string | null> {
    await this.#reach();
    return this.#apiInfos.get(uid) ?? null;
  }

  async foldedUpTo(partition: number): Promise<number> {
    await this.#reach();
    return this.#cursors.get(partition) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#folding);
  }

  async #reach(): Promise<void> {
    if (this.away) throw new Error('the database is away');
    if (this.stopped) await new Promise(() => {});
  }

  async #fold(nc: NatsConnection, streams: LogStreams, partition: number): Promise<void> {
    for await (const { event, time, sequence } of readLog(nc, streams, partition, 1, this.#end.signal)) {
      if (event?.type === 'ping') this.#see(event.uid, { lastPing: new Date(time) });
      if (event?.type === 'pong') this.#see(event.uid, { lastPong: new Date(time) });
      if (event?.type === 'api-info') this.#apiInfos.set(event.uid, event.apiInfo);
      this.#cursors.set(partition, sequence);
    }
  }

  #see(uid: string, seen: Partial<Signs>): void {
    const known = this.#signs.get(uid) ?? { lastPing: null, lastPong: null, consumers: 1 };
    this.#signs.set(uid, { ...known, ...seen });
  }
}
