import type { LiveEvent, LiveSubscription, TopicTail } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import type { RegisteredTopic, TopicRegistry } from '@dasf-broker/registry';
import type { Logger } from '@dasf-broker/telemetry';
import type { EdgeConfig } from './config.ts';
import { type LogReader, readFromLog } from './frame-source.ts';
import { HeldEvents } from './held-events.ts';
import { atHand, type HeldFrame, type LargeFrames } from './large-frames.ts';

/** Where frames pass by: at most once, in the order of the log. */
export interface LiveBus {
  subscribe(topic: Slug, receive: (live: LiveEvent) => void): LiveSubscription;
}

export interface FeedContext {
  readonly config: Pick<EdgeConfig, 'consumerBufferBytes'>;
  readonly live: LiveBus;
  readonly log: Pick<LogReader, 'framePiece'>;
  readonly frames: Pick<LargeFrames, 'read'>;
  readonly registry: Pick<TopicRegistry, 'get' | 'isStale' | 'lead' | 'onChange'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What a consumer connection wants to know of its topic. */
export interface FeedListener {
  /** The topic was made or changed (also: its grants), or removed (`undefined`). */
  topicChanged(topic: RegisteredTopic | undefined): void;
  /** A frame passed by; the registry's copy is at least as new as the event. */
  live(topic: RegisteredTopic, live: LiveEvent): void;
  /** Frames may have passed unseen: what was missed is in the log. */
  interrupted(): void;
  /** A store believed this edge gone, and its consumers with it: they must be announced again (GC-2). */
  leaseLost(): void;
  /** What stores said may have passed unheard: that they believe this edge gone, say. */
  unheard(): void;
  /** The topic with this uid has a message at this sequence. */
  announced(uid: string, sequence: number): void;
}

/**
 * One topic's live frames and registry changes, for all its consumers on this edge. Listens in every
 * partition, so that a topic is live the moment it is made.
 */
export class TopicFeed {
  readonly #context: FeedContext;
  readonly #slug: Slug;
  readonly #listeners = new Set<FeedListener>();
  readonly #subscription: LiveSubscription;
  /** Events wait here, in order, while the registry's leader is asked or a large frame is fetched. */
  #waiting: HeldEvents | undefined;

  constructor(context: FeedContext, slug: Slug) {
    this.#context = context;
    this.#slug = slug;
    this.#subscription = context.live.subscribe(slug, (live) => this.#receive(live));
  }

  /** Resolves when every frame that is stored from then on passes here. */
  get ready(): Promise<void> {
    return this.#subscription.ready;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  add(listener: FeedListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: FeedListener): void {
    this.#listeners.delete(listener);
  }

  topicChanged(topic: RegisteredTopic | undefined): void {
    for (const listener of this.#listeners) listener.topicChanged(topic);
  }

  interrupted(): void {
    for (const listener of this.#listeners) listener.interrupted();
  }

  leaseLost(): void {
    for (const listener of this.#listeners) listener.leaseLost();
  }

  unheard(): void {
    for (const listener of this.#listeners) listener.unheard();
  }

  announced({ uid, sequence }: TopicTail): void {
    for (const listener of this.#listeners) listener.announced(uid, sequence);
  }

  close(): void {
    this.#subscription.close();
  }

  #receive(live: LiveEvent): void {
    if (this.#waiting) {
      this.#waiting.add(live);
      return;
    }
    const topic = this.#topicOf(live);
    if (topic && isWhole(live)) this.#pass(topic, live);
    else void this.#passLater(live);
  }

  /** The event's topic by the copy of the registry, if that is new enough for it. */
  #topicOf(live: LiveEvent): RegisteredTopic | undefined {
    const { registry } = this.#context;
    const topic = registry.get(this.#slug);
    return topic && isKnown(topic, live) && !registry.isStale ? topic : undefined;
  }

  async #passLater(first: LiveEvent): Promise<void> {
    const waiting = new HeldEvents(this.#context.config.consumerBufferBytes);
    this.#waiting = waiting;
    waiting.add(first);
    let lost = false;
    for (let due = waiting.take(); due.length > 0; due = waiting.take()) {
      for (const live of due) {
        // Nothing is awaited once more from what did not answer; what needs nothing still passes.
        if (lost && !(this.#topicOf(live) && isWhole(live))) continue;
        await this.#passWhole(live).catch((err: unknown) => {
          lost = true;
          this.#context.logger.warn({ err, topic: this.#slug }, 'a live frame could not be passed on');
        });
      }
    }
    this.#waiting = undefined;
    // What was lost is in the log.
    if (lost || waiting.overflowed) this.interrupted();
  }

  /** Live overtakes the registry's watch: what the copy does not know yet is asked of the leader. */
  async #passWhole(live: LiveEvent): Promise<void> {
    const topic = this.#topicOf(live) ?? (await this.#context.registry.lead(this.#slug));
    // Events of an earlier topic of this name are foreign: they are dropped.
    if (topic?.uid !== live.event.uid) return;
    using frame = await wholeFrame(this.#context, topic, live);
    if (frame) this.#pass(topic, { ...live, event: { ...live.event, frame: frame.bytes } });
  }

  #pass(topic: RegisteredTopic, live: LiveEvent): void {
    for (const listener of this.#listeners) listener.live(topic, live);
  }
}

function isWhole({ event }: LiveEvent): boolean {
  return event.type === 'ping' || event.pieces === undefined;
}

/** The event's frame, fetched once for all consumers here where it is in pieces. */
async function wholeFrame(
  context: FeedContext,
  { partition }: RegisteredTopic,
  { event, place }: LiveEvent,
): Promise<HeldFrame | undefined> {
  if (event.type === 'ping' || event.pieces === undefined || !place) return atHand(event.frame);
  return await readFromLog(context, partition, place.sequence, event.pieces);
}

function isKnown(topic: RegisteredTopic, { event }: LiveEvent): boolean {
  return topic.uid === event.uid && (event.type === 'ping' || event.revision <= topic.revision);
}

/** The feeds of the topics that this edge has consumers of. */
export class TopicFeeds implements Disposable {
  readonly #context: FeedContext;
  readonly #feeds = new Map<Slug, TopicFeed>();
  readonly #stopListening: () => void;

  constructor(context: FeedContext) {
    this.#context = context;
    this.#stopListening = context.registry.onChange(({ slug, topic }) =>
      this.#feeds.get(slug)?.topicChanged(topic),
    );
  }

  /** Joins a topic's feed, opening it for the first consumer. */
  join(slug: Slug, listener: FeedListener): TopicFeed {
    const feed = this.#feeds.get(slug) ?? new TopicFeed(this.#context, slug);
    this.#feeds.set(slug, feed);
    feed.add(listener);
    return feed;
  }

  leave(slug: Slug, listener: FeedListener): void {
    const feed = this.#feeds.get(slug);
    feed?.remove(listener);
    if (!feed || feed.listenerCount > 0) return;
    feed.close();
    this.#feeds.delete(slug);
  }

  /**
   * Frames and announcements may have passed unseen: in one partition, or (the connection to NATS was lost) in
   * all of them.
   */
  interrupted(partition?: number): void {
    for (const [slug, feed] of this.#feeds) {
      const topic = this.#context.registry.get(slug);
      if (partition !== undefined && topic?.partition !== partition) continue;
      feed.interrupted();
      feed.unheard();
    }
  }

  /** This edge has another name from now on. */
  leaseLost(): void {
    for (const feed of this.#feeds.values()) feed.leaseLost();
  }

  /** A topic goes at least as far as this. */
  announced(tail: TopicTail): void {
    this.#feeds.get(tail.topic)?.announced(tail);
  }

  [Symbol.dispose](): void {
    this.#stopListening();
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
  }
}
