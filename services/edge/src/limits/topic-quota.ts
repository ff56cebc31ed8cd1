import { ANONYMOUS, refusals, type Slug } from '@dasf-broker/protocol';
import type { RegisteredTopic, Topic, TopicChange } from '@dasf-broker/registry';
import { type Client, shareOf } from '../client.ts';
import { KeyedBuckets } from './keyed-buckets.ts';
import type { LimitWatch } from './limit-watch.ts';
import { TokenBucket } from './token-bucket.ts';

export interface TopicLimits {
  /** Topics of all users, response topics among them. */
  readonly maxTopics: number;
  readonly maxTopicsPerUser: number;
  readonly maxTopicsPerMinute: number;
  readonly maxResponseTopicsPerUser: number;
  readonly maxResponseTopicsPerMinute: number;
}

interface WatchedTopics {
  topics(): Iterable<RegisteredTopic>;
  onChange(listener: (change: TopicChange) => void): () => void;
}

type Kind = 'topics' | 'response topics';

/**
 * How many topics a user's messages may make: by what the registry says that he made and that still exists, and
 * by what he makes here in a minute. Each edge counts by its own copy, so that users of several edges may come a
 * little further.
 */
export class TopicQuota implements Disposable {
  readonly #limits: TopicLimits;
  readonly #watch: LimitWatch;
  /** Whose share the topics are that users without a token made here; of some of them nothing came. */
  readonly #makers = new Map<Slug, string>();
  /** What users without a token made, here and elsewhere. */
  readonly #ofAnonymous = new Set<Slug>();
  /** The key under which each topic is counted. */
  readonly #counted = new Map<Slug, string>();
  readonly #counts = new Map<string, number>();
  readonly #rates: Readonly<Record<Kind, KeyedBuckets>>;
  readonly #stopListening: () => void;

  constructor(limits: TopicLimits, registry: WatchedTopics, watch: LimitWatch) {
    this.#limits = limits;
    this.#watch = watch;
    this.#rates = {
      topics: perMinute(limits.maxTopicsPerMinute),
      'response topics': perMinute(limits.maxResponseTopicsPerMinute),
    };
    for (const topic of registry.topics()) this.#note({ slug: topic.slug, topic });
    this.#stopListening = registry.onChange((change) => this.#note(change));
  }

  /**
   * One more topic that this client's message asks for.
   *
   * @throws {Refusal} `TOO_MANY_TOPICS` where it must wait until others are gone, `OUTCOME_UNKNOWN` where it only
   *   has to wait a moment
   */
  take(client: Client, topic: Topic): void {
    const kind = kindOf(topic);
    const { maxTopics, maxTopicsPerUser, maxResponseTopicsPerUser } = this.#limits;
    const mine = this.#counts.get(keyOf(kind, shareOf(client))) ?? 0;
    const isAnonymous = client.user === ANONYMOUS;
    if (this.#counted.size >= maxTopics) throw this.#refuse('topics of all');
    // Whoever they are, they leave room for those who say who they are.
    if (isAnonymous && this.#ofAnonymous.size >= maxTopics / 2) throw this.#refuse('topics of all');
    if (mine >= (kind === 'topics' ? maxTopicsPerUser : maxResponseTopicsPerUser))
      throw this.#refuse(`${kind} of a user`);
    // Users without a token are many behind one name; one of them must not stop the others.
    if (this.#rates[kind].of(shareOf(client)).take()) {
      if (isAnonymous) this.#noteMaker(topic.slug, shareOf(client));
      return;
    }
    this.#watch.hit(`${kind} a minute`);
    throw refusals.unknownOutcome('Too many topics are made at once.');
  }

  [Symbol.dispose](): void {
    this.#stopListening();
  }

  #refuse(limit: 'topics of all' | `${Kind} of a user`) {
    this.#watch.hit(limit);
    return refusals.tooManyTopics();
  }

  #note({ slug, topic }: TopicChange): void {
    const before = this.#counted.get(slug);
    const after = topic && keyOf(kindOf(topic), this.#shareIn(topic));
    if (topic?.creator === ANONYMOUS) this.#ofAnonymous.add(slug);
    else this.#ofAnonymous.delete(slug);
    if (!topic) this.#makers.delete(slug);
    if (before === after) return;
    if (before !== undefined) this.#add(before, -1);
    if (after === undefined) this.#counted.delete(slug);
    else this.#counted.set(slug, after);
    if (after !== undefined) this.#add(after, 1);
  }

  /** Users without a token are many behind one name; those of other edges are counted together. */
  #shareIn({ slug, creator }: Topic): string {
    return creator === ANONYMOUS ? (this.#makers.get(slug) ?? ANONYMOUS) : creator;
  }

  #noteMaker(slug: Slug, share: string): void {
    this.#makers.set(slug, share);
    const [oldest] = this.#makers.keys();
    if (this.#makers.size > this.#limits.maxTopics && oldest !== undefined) this.#makers.delete(oldest);
  }

  #add(key: string, change: number): void {
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}

function kindOf({ responseFor }: Topic): Kind {
  return responseFor ? 'response topics' : 'topics';
}

function keyOf(kind: Kind, share: string): string {
  return `${kind} ${share}`;
}

function perMinute(most: number): KeyedBuckets {
  return new KeyedBuckets(() => new TokenBucket(most / 60, most));
}
