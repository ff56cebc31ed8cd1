import {
  type BucketEntry,
  type BucketPort,
  type BucketWatch,
  type RegisteredTopic,
  type Topic,
  topicToken,
} from '@dasf-broker/registry';
import { Channel, type FakeNats } from './nats.ts';
import { Pipe } from './pipe.ts';

const TIMEOUT_MS = 1000;

/** The registry's leader, and the watches of it. */
export class FakeBucket implements BucketPort {
  readonly #nats: FakeNats;
  readonly #entries = new Map<string, BucketEntry>();
  readonly #watches = new Set<FakeWatch>();
  readonly #changed: (topic: RegisteredTopic | undefined) => void;
  #revision = 0;

  /** @param changed is told what the leader has, at each change */
  constructor(nats: FakeNats, changed: (topic: RegisteredTopic | undefined) => void) {
    this.#nats = nats;
    this.#changed = changed;
    nats.onCut(() => {
      for (const watch of this.#watches) watch.lost();
    });
    nats.onRestore(() => {
      for (const watch of this.#watches) watch.resume([...this.#entries.values()]);
    });
  }

  /** Somebody else writes a topic. */
  write(topic: Topic): RegisteredTopic {
    const revision = this.#write(topicToken(topic.slug), 'PUT', topic);
    return { ...topic, revision };
  }

  /** Somebody else removes it. */
  drop({ slug }: Topic): void {
    this.#write(topicToken(slug), 'PURGE', undefined);
  }

  get(key: string): Promise<BucketEntry | null> {
    return this.#nats.ask('leader', 'leader read', TIMEOUT_MS, () => this.#entries.get(key) ?? null);
  }

  create(): Promise<number> {
    return Promise.reject(new Error('Only others make topics here.'));
  }

  put(): Promise<number> {
    return Promise.reject(new Error('Only others write here.'));
  }

  update(key: string, value: string, revision: number): Promise<number | undefined> {
    return this.#nats.ask('leader', 'leader write', TIMEOUT_MS, () => {
      if (this.#entries.get(key)?.revision !== revision) return undefined;
      return this.#write(key, 'PUT', JSON.parse(value) as Topic);
    });
  }

  purge(): Promise<boolean> {
    return Promise.reject(new Error('Only others remove topics here.'));
  }

  watch(): Promise<BucketWatch> {
    return this.#nats.ask('watch', 'watch', TIMEOUT_MS, () => {
      const watch: FakeWatch = new FakeWatch(
        this.#nats,
        ({ key, revision }) => this.#entries.get(key)?.revision === revision,
        () => this.#watches.delete(watch),
      );
      this.#watches.add(watch);
      watch.resume([...this.#entries.values()]);
      return watch;
    });
  }

  /** Asked so often that it is answered at once. */
  newest(): Promise<number> {
    if (this.#nats.isUp && !this.#nats.isStalled('leader')) return Promise.resolve(this.#revision);
    return new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), TIMEOUT_MS));
  }

  #write(key: string, operation: 'PUT' | 'PURGE', topic: Topic | undefined): number {
    this.#revision += 1;
    const revision = this.#revision;
    const entry: BucketEntry = { key, revision, operation, json: <T>() => topic as T };
    this.#entries.set(key, entry);
    if (this.#nats.isUp) for (const watch of this.#watches) watch.wrote(entry);
    this.#changed(topic && { ...topic, revision });
    return revision;
  }
}

/** Entries in the order of their revisions; what is overwritten before it was sent is not sent. */
class FakeWatch extends Pipe<BucketEntry> implements BucketWatch {
  readonly #sending: Channel<BucketEntry>;
  readonly #arriving: Channel<BucketEntry>;
  readonly #stopped: () => void;
  #arrived = 0;

  constructor(nats: FakeNats, isCurrent: (entry: BucketEntry) => boolean, stopped: () => void) {
    super();
    this.#stopped = stopped;
    this.#arriving = new Channel(nats, 'watch', 'registry change arrives', (entry) => {
      this.#arrived = entry.revision;
      this.push(entry);
    });
    this.#sending = new Channel(nats, 'watch', 'registry change sent', (entry) => {
      if (isCurrent(entry)) this.#arriving.push(entry);
    });
  }

  wrote(entry: BucketEntry): void {
    this.#sending.push(entry);
  }

  lost(): void {
    this.#sending.clear();
    this.#arriving.clear();
  }

  resume(entries: readonly BucketEntry[]): void {
    this.lost();
    const missing = entries.filter(({ revision }) => revision > this.#arrived);
    this.#sending.push(...missing.toSorted((one, other) => one.revision - other.revision));
  }

  override stop(): void {
    super.stop();
    this.#stopped();
    this.lost();
  }
}
