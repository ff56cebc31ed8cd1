import type { Slug } from '@dasf-broker/protocol';
import type { BucketEntry, BucketPort, BucketWatch } from '../bucket-port.ts';
import { newTopic } from '../topic.ts';

/** A watch that shows what a test tells it to. */
class ScriptedWatch implements BucketWatch {
  readonly #entries: BucketEntry[] = [];
  #wake = Promise.withResolvers<void>();
  #ended = false;

  /** A topic that stands at this revision. */
  show(slug: string, revision: number): void {
    const topic = newTopic({ slug: slug as Slug, partition: 0, creator: 'ada' });
    this.#entries.push({ key: slug, revision, operation: 'PUT', json: <T>() => topic as T });
    this.#wake.resolve();
  }

  /** A topic is removed at this revision. */
  remove(slug: string, revision: number): void {
    this.#entries.push({ key: slug, revision, operation: 'PURGE', json: <T>() => undefined as T });
    this.#wake.resolve();
  }

  stop(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BucketEntry> {
    for (;;) {
      const next = this.#entries.shift();
      if (next) yield next;
      else if (this.#ended) return;
      else await this.#wake.promise;
      if (this.#entries.length === 0) this.#wake = Promise.withResolvers();
    }
  }
}

/** A bucket of which a test says what its leader answers and what each watch of it shows. */
export class ScriptedBucket implements BucketPort {
  readonly watches: ScriptedWatch[] = [];
  newestRevision = 0;

  get = async (): Promise<BucketEntry | null> => null;
  create = async (): Promise<number> => 0;
  put = async () => 0;
  update = async (): Promise<number | undefined> => undefined;
  purge = async () => false;
  newest = async () => this.newestRevision;

  async watch(): Promise<BucketWatch> {
    const watch = new ScriptedWatch();
    this.watches.push(watch);
    return watch;
  }
}
