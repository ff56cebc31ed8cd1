import type { Slug } from '@dasf-broker/protocol';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BucketEntry, RegistryBucket } from './bucket.ts';
import { RegistryError } from './errors.ts';
import { NatsBucket } from './nats-bucket.ts';
import { RegistryWatch, topicOf } from './registry-watch.ts';
import type { RegisteredTopic, Topic } from './topic.ts';
import { type TopicChange, TopicCopy } from './topic-copy.ts';
import { topicToken } from './topic-token.ts';

export interface RegistryOptions {
  /** Installations on one NATS account are told apart by it. */
  readonly namespace: string;
  /** NATS servers that keep a copy. */
  readonly replicas: number;
}

const UPDATE_ATTEMPTS = 20;
const PATIENCE_MS = 4000;
const RETRY_PAUSE_MS = 50;

/**
 * Which topics exist and who may use them now: a NATS key-value bucket with one key a topic, kept in memory
 * by a watch. The local copy may lag by milliseconds; who is about to refuse something asks `lead` first
 * (PUB-10).
 */
export class TopicRegistry implements AsyncDisposable {
  readonly #bucket: RegistryBucket;
  readonly #copy = new TopicCopy();
  readonly #watch: RegistryWatch;
  readonly #leaderReads = new Map<Slug, Promise<RegisteredTopic | undefined>>();
  readonly #nextLeaderReads = new Map<Slug, Promise<RegisteredTopic | undefined>>();
  readonly #updates = new Map<Slug, Promise<unknown>>();

  private constructor(bucket: RegistryBucket) {
    this.#bucket = bucket;
    this.#watch = new RegistryWatch(bucket, this.#copy);
  }

  /** Opens the registry, making the bucket where there is none, and loads every topic. */
  static async open(nc: NatsConnection, options: RegistryOptions): Promise<TopicRegistry> {
    return TopicRegistry.load(await NatsBucket.open(nc, `${options.namespace}-topics`, options.replicas));
  }

  /** Loads every topic of a bucket. */
  static async load(bucket: RegistryBucket): Promise<TopicRegistry> {
    const registry = new TopicRegistry(bucket);
    await registry.#watch.loaded;
    return registry;
  }

  /** The topic as far as the watch has told. */
  get(slug: Slug): RegisteredTopic | undefined {
    return this.#copy.get(slug);
  }

  /**
   * The local copy may lack changes that were made more than two seconds ago: decisions are the leader's
   * until it has caught up.
   */
  get isStale(): boolean {
    return this.#watch.isStale;
  }

  /** Every topic, as far as the watch has told. */
  topics(): Iterable<RegisteredTopic> {
    return this.#copy.topics();
  }

  /**
   * The topic as the registry's leader has it. Who asks while a question is under way shares the next one:
   * the answer to the first may be older than what he knows of.
   *
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  lead(slug: Slug): Promise<RegisteredTopic | undefined> {
    const next = this.#nextLeaderReads.get(slug);
    if (next) return next;
    const underWay = this.#leaderReads.get(slug);
    if (!underWay) return this.#askLeader(slug);
    const afterwards = underWay
      .finally(() => this.#nextLeaderReads.delete(slug))
      .then(() => this.#askLeader(slug));
    this.#nextLeaderReads.set(slug, afterwards);
    return afterwards;
  }

  /**
   * @throws {RegistryError} `TOPIC_EXISTS`, `REGISTRY_UNREACHABLE`
   */
  async create(topic: Topic): Promise<RegisteredTopic> {
    for (const patience = new Patience(); ; ) {
      try {
        const revision = await this.#bucket.create(topicToken(topic.slug), JSON.stringify(topic));
        return this.#copy.apply({ ...topic, revision });
      } catch (error) {
        // A lost answer looks like a failure; the uid tells whether the creation took place.
        const existing = await this.lead(topic.slug);
        if (existing?.uid === topic.uid) return existing;
        if (existing) throw new RegistryError('TOPIC_EXISTS', `Topic ${topic.slug} exists already.`);
        await patience.orThrow(error);
      }
    }
  }

  /**
   * Changes a topic by compare-and-set at the leader. `change` may be called several times; where it
   * returns its argument, nothing is written.
   *
   * @throws {RegistryError} `TOPIC_MISSING`, `REGISTRY_CONTENDED`, `REGISTRY_UNREACHABLE`
   */
  update(slug: Slug, change: (topic: RegisteredTopic) => Topic): Promise<RegisteredTopic> {
    // One after the other: with each other's changes they would only contend.
    const before = this.#updates.get(slug) ?? Promise.resolve();
    const update = before.catch(orUnreachable).then(() => this.#update(slug, change));
    this.#updates.set(slug, update);
    return update.finally(() => {
      if (this.#updates.get(slug) === update) this.#updates.delete(slug);
    });
  }

  /**
   * Removes a topic, if it is still the one with this uid.
   *
   * @returns the topic that was removed
   * @throws {RegistryError} `TOPIC_MISSING`, `REGISTRY_UNREACHABLE`
   */
  async remove(slug: Slug, uid?: string): Promise<RegisteredTopic> {
    for (;;) {
      const current = await this.lead(slug);
      if (!current || (uid !== undefined && current.uid !== uid)) throw missing(slug);
      if (!(await this.#purge(slug, current.revision))) continue;
      this.#copy.forget(slug, current.revision);
      return current;
    }
  }

  /**
   * Removes a topic, if nothing of it was changed since it was read.
   *
   * @returns whether it was removed
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`; it may have been removed
   */
  async removeUnchanged({ slug, revision }: RegisteredTopic): Promise<boolean> {
    const removed = await this.#purge(slug, revision);
    if (removed) this.#copy.forget(slug, revision);
    return removed;
  }

  /** Calls the listener at every change that comes to be known here; returns what ends that. */
  onChange(listener: (change: TopicChange) => void): () => void {
    return this.#copy.onChange(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
  }

  #askLeader(slug: Slug): Promise<RegisteredTopic | undefined> {
    const read = this.#readLeader(slug).finally(() => this.#leaderReads.delete(slug));
    this.#leaderReads.set(slug, read);
    return read;
  }

  async #update(slug: Slug, change: (topic: RegisteredTopic) => Topic): Promise<RegisteredTopic> {
    const patience = new Patience();
    for (let attempt = 0; attempt < UPDATE_ATTEMPTS; attempt += 1) {
      const current = await this.lead(slug);
      if (!current) throw missing(slug);
      const next = change(current);
      if (next === current) return current;
      // Where the answer was lost, the next look shows whether the change took place.
      const written = this.#compareAndSet(next, current.revision);
      const revision = await written.catch((error: unknown) => patience.orThrow(error));
      if (revision !== undefined) return this.#copy.apply({ ...next, revision });
    }
    throw new RegistryError('REGISTRY_CONTENDED', `Topic ${slug} is being changed by others; try again.`);
  }

  async #readLeader(slug: Slug): Promise<RegisteredTopic | undefined> {
    const before = this.#copy.get(slug)?.revision ?? 0;
    const entry = await this.#get(slug);
    const topic = entry ? topicOf(entry) : undefined;
    if (!topic) {
      // What came to be known while the question was under way stays.
      this.#copy.forget(slug, before);
      return undefined;
    }
    // The watch has passed this revision: what it says of the topic now (perhaps: removed) is newer.
    if (topic.revision <= this.#watch.watchedUpTo) return this.#copy.get(slug);
    return this.#copy.apply(topic);
  }

  async #get(slug: Slug): Promise<BucketEntry | null> {
    for (const patience = new Patience(); ; ) {
      try {
        return await this.#bucket.get(topicToken(slug));
      } catch (error) {
        await patience.orThrow(error);
      }
    }
  }

  #compareAndSet(topic: Topic, revision: number): Promise<number | undefined> {
    const { revision: _, ...entry } = topic as RegisteredTopic;
    const written = this.#bucket.update(topicToken(topic.slug), JSON.stringify(entry), revision);
    return written.catch(throwUnreachable);
  }

  #purge(slug: Slug, revision: number): Promise<boolean> {
    return this.#bucket.purge(topicToken(slug), revision).catch(throwUnreachable);
  }
}

/** How long what failed is tried again: NATS may be back at once. */
class Patience {
  readonly #until = performance.now() + PATIENCE_MS;

  /** @throws {RegistryError} `REGISTRY_UNREACHABLE` once it has run out, else resolves after a pause */
  async orThrow(error: unknown): Promise<undefined> {
    if (performance.now() >= this.#until) throw unreachable(error);
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
    return undefined;
  }
}

function missing(slug: Slug): RegistryError {
  return new RegistryError('TOPIC_MISSING', `Topic ${slug} does not exist.`);
}

/** Who waited for a change that found the registry away need not find that out anew. */
function orUnreachable(error: unknown): void {
  if (error instanceof RegistryError && error.code === 'REGISTRY_UNREACHABLE') throw error;
}

function throwUnreachable(cause: unknown): never {
  throw unreachable(cause);
}

function unreachable(cause: unknown): RegistryError {
  if (cause instanceof RegistryError) return cause;
  return new RegistryError('REGISTRY_UNREACHABLE', 'The topic registry cannot be reached.', { cause });
}
