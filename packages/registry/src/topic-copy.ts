import type { Slug } from '@dasf-broker/protocol';
import type { BucketEntry } from './bucket-port.ts';
import type { WatchedCopy } from './registry-watch.ts';
import { isTopic, type RegisteredTopic } from './topic.ts';
import { topicToken } from './topic-token.ts';

/** What changed: `topic` is `undefined` where it was removed. */
export interface TopicChange {
  readonly slug: Slug;
  readonly topic: RegisteredTopic | undefined;
}

type ChangeListener = (change: TopicChange) => void;

/** The registry in memory. Whatever order news come in, the newest revision of a topic stands. */
export class TopicCopy implements WatchedCopy {
  readonly #topics = new Map<Slug, RegisteredTopic>();
  readonly #slugs = new Map<string, Slug>();
  /** Removals that the leader told of and the watch has not come by yet: their revisions by the registry's key. */
  readonly #removed = new Map<string, number>();
  readonly #listeners = new Set<ChangeListener>();

  get(slug: Slug): RegisteredTopic | undefined {
    return this.#topics.get(slug);
  }

  get size(): number {
    return this.#topics.size;
  }

  topics(): Iterable<RegisteredTopic> {
    return this.#topics.values();
  }

  /** How new each topic is, by the registry's key. */
  revisions(): Map<string, number> {
    return new Map([...this.#topics.values()].map(({ slug, revision }) => [topicToken(slug), revision]));
  }

  take(entry: BucketEntry): void {
    const topic = topicOf(entry);
    if (topic) this.apply(topic);
    else this.forgetKey(entry.key, entry.revision);
  }

  /** Takes what is newer than what is known; gives the newer one. */
  apply(topic: RegisteredTopic): RegisteredTopic {
    const known = this.#topics.get(topic.slug);
    if (known && known.revision >= topic.revision) return known;
    const key = topicToken(topic.slug);
    if (topic.revision < (this.#removed.get(key) ?? 0)) return topic;
    this.#removed.delete(key);
    this.#topics.set(topic.slug, topic);
    this.#slugs.set(key, topic.slug);
    this.#tell({ slug: topic.slug, topic });
    return topic;
  }

  /** Forgets a topic, unless something newer than this revision is known of it. */
  forget(slug: Slug, upTo: number): void {
    const known = this.#topics.get(slug);
    if (!known || known.revision > upTo) return;
    this.#topics.delete(slug);
    this.#slugs.delete(topicToken(slug));
    this.#tell({ slug, topic: undefined });
  }

  /** Takes a removal ahead of the watch: what that shows of the topic before is over. */
  remove(slug: Slug, revision: number): void {
    this.#removed.set(topicToken(slug), revision);
    this.forget(slug, revision);
  }

  /** As `forget`, by the registry's key: what a watch does when it comes by a removal. */
  forgetKey(key: string, upTo: number): void {
    if ((this.#removed.get(key) ?? 0) <= upTo) this.#removed.delete(key);
    const slug = this.#slugs.get(key);
    if (slug !== undefined) this.forget(slug, upTo);
  }

  /** Calls the listener at every change; returns what ends that. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: TopicChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/**
 * The topic that an entry holds; `undefined` for a removal, and for what is no topic: an entry that somebody
 * else wrote hides nothing but itself.
 */
export function topicOf(entry: BucketEntry): RegisteredTopic | undefined {
  if (entry.operation !== 'PUT') return undefined;
  try {
    const topic = entry.json<unknown>();
    const isWhole = isTopic(topic) && topicToken(topic.slug) === entry.key;
    return isWhole ? { ...topic, revision: entry.revision } : undefined;
  } catch {
    return undefined;
  }
}
