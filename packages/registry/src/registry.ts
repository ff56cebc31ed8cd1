import type { Slug } from '@dasf-broker/protocol';
import type { NatsConnection } from '@nats-io/transport-node';
import { Bucket } from './bucket.ts';
import type { BucketEntry, BucketPort } from './bucket-port.ts';
import { RegistryError } from './errors.ts';
import { LeaderReads } from './leader-reads.ts';
import { NatsBucket, type RegistryOptions } from './nats-bucket.ts';
import { Patience } from './patience.ts';
import { RegistryWatch } from './registry-watch.ts';
import type { RegisteredTopic, Topic } from './topic.ts';
import { type TopicChange, TopicCopy, topicOf } from './topic-copy.ts';
import { topicToken } from './topic-token.ts';

/** The kind of the registry's bucket. */
export const TOPICS = 'topics';

const UPDATE_ATTEMPTS = 20;

/**
 * Which topics exist and who may use them now: a NATS key-value bucket with one key a topic, kept in memory
 * by a watch. The local copy may lag by milliseconds; who is about to refuse something asks `lead` first
 * (PUB-10).
 */
export class TopicRegistry implements AsyncDisposable {
  readonly #bucket: Bucket;
  readonly #copy = new TopicCopy();
  readonly #watch: RegistryWatch;
  readonly #leaderReads = new LeaderReads((slug: Slug) => this.#readLeader(slug));
  readonly #updates = new Map<Slug, Promise<unknown>>();

  private constructor(bucket: Bucket) {
    this.#bucket = bucket;
    this.#watch = new RegistryWatch(bucket, this.#copy);
  }

  /** Makes the registry's bucket where there is none, with the operator's rights. */
  static prepare(nc: NatsConnection, options: RegistryOptions): Promise<void> {
    return NatsBucket.prepare(nc, { ...options, kind: TOPICS });
  }

  /**
   * Opens the registry and loads every topic.
   *
   * @throws {NatsUnprepared}
   */
  static async open(nc: NatsConnection, options: RegistryOptions): Promise<TopicRegistry> {
    return TopicRegistry.load(await NatsBucket.open(nc, { ...options, kind: TOPICS }));
  }

  /** Loads every topic of a bucket. */
  static async load(port: BucketPort): Promise<TopicRegistry> {
    const bucket = new Bucket(port);
    await using opening = new AsyncDisposableStack();
    const registry = opening.use(new TopicRegistry(bucket));
    await registry.#watch.loaded;
    opening.move();
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

  /** Milliseconds: every change that was made longer ago is in the local copy. */
  get age(): number {
    return this.#watch.age;
  }

  /** How many topics there are, as far as the watch has told. */
  get size(): number {
    return this.#copy.size;
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
    return this.#leaderReads.ask(slug);
  }

  /**
   * @throws {RegistryError} `TOPIC_EXISTS`, `REGISTRY_UNREACHABLE`
   */
  async create(topic: Topic): Promise<RegisteredTopic> {
    for (const patience = new Patience(); ; ) {
      try {
        const revision = await this.#bucket.create(topicToken(topic.slug), topic);
        return this.#learn({ ...topic, revision });
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
      if (!(await this.#bucket.purge(topicToken(slug), current.revision))) continue;
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
    const removed = await this.#bucket.purge(topicToken(slug), revision);
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
      if (revision !== undefined) return this.#learn({ ...next, revision });
    }
    throw new RegistryError('REGISTRY_CONTENDED', `Topic ${slug} is being changed by others; try again.`);
  }

  async #readLeader(slug: Slug): Promise<RegisteredTopic | undefined> {
    const before = this.#copy.get(slug)?.revision ?? 0;
    const entry = await this.#bucket.get(topicToken(slug));
    const topic = entry ? topicOf(entry) : undefined;
    if (!topic) {
      if (entry && !this.#isPassed(entry)) this.#copy.remove(slug, entry.revision);
      // What came to be known while the question was under way stays.
      else this.#copy.forget(slug, before);
      return undefined;
    }
    if (this.#isPassed(topic)) return this.#copy.get(slug);
    return this.#copy.apply(topic);
  }

  /** Takes what was written here, unless something newer is known of it. */
  #learn(written: RegisteredTopic): RegisteredTopic {
    if (this.#isPassed(written)) return this.#copy.get(written.slug) ?? written;
    return this.#copy.apply(written);
  }

  /** The watch has passed this revision: what it says of the topic now (perhaps: removed) is newer. */
  #isPassed({ revision }: Pick<BucketEntry, 'revision'>): boolean {
    return revision <= this.#watch.watchedUpTo;
  }

  #compareAndSet(topic: Topic, revision: number): Promise<number | undefined> {
    const { revision: _, ...entry } = topic as RegisteredTopic;
    return this.#bucket.update(topicToken(topic.slug), entry, revision);
  }
}

function missing(slug: Slug): RegistryError {
  return new RegistryError('TOPIC_MISSING', `Topic ${slug} does not exist.`);
}

/** Who waited for a change that found the registry away need not find that out anew. */
function orUnreachable(error: unknown): void {
  if (error instanceof RegistryError && error.code === 'REGISTRY_UNREACHABLE') throw error;
}
