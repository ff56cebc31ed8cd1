import { mayConsume } from '@dasf-broker/access';
import type { LiveEvent } from '@dasf-broker/log';
import { CloseCode, parseAcknowledgement, probeFrame, type Slug } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { Acknowledgements } from './acknowledgements.ts';
import type { Client } from './client.ts';
import type { Connection } from './connections.ts';
import type { ConsumerContext } from './context.ts';
import { DeliveredIds } from './delivered-ids.ts';
import { Delivery } from './delivery.ts';
import { EarlyNews } from './early-news.ts';
import { PatientFrameSource } from './frame-source.ts';
import { keepTopic } from './keep-topic.ts';
import type { Reading } from './limits/reading.ts';
import { traceDelivery } from './observe/trace-messages.ts';
import { Outbox, type OutboxSocket } from './outbox.ts';
import type { PeerSocket } from './peer-socket.ts';
import { Presence } from './presence.ts';
import { RepeatedWork } from './repeated-work.ts';
import type { SignsOfLife } from './signs-of-life.ts';
import type { TopicAccess } from './topic-access.ts';
import type { FeedListener, TopicFeed, TopicFeeds } from './topic-feed.ts';

export type ConsumerSocket = OutboxSocket & Pick<PeerSocket, 'close'>;

export interface ConsumerOptions {
  readonly context: ConsumerContext;
  readonly access: TopicAccess;
  readonly feeds: TopicFeeds;
  readonly signs: SignsOfLife;
  readonly client: Client;
  readonly topic: Slug;
  readonly subscription: string;
}

/**
 * A consumer connection. It may come before its topic exists or its user may read it (URL-6): it waits,
 * and delivery begins when both are there.
 */
export class ConsumerConnection implements Connection, FeedListener {
  readonly #options: ConsumerOptions;
  readonly #presence: Presence;
  readonly #feed: TopicFeed;
  readonly #delivered = new DeliveredIds();
  readonly #early: EarlyNews;
  readonly #judging: RepeatedWork;
  #socket: ConsumerSocket | undefined;
  #acknowledgements: Acknowledgements | undefined;
  #delivery: Delivery | undefined;
  /** The registry entry by which delivery is allowed. */
  #allowedBy: RegisteredTopic | undefined;
  /** The registry entry by which it is not. */
  #deniedBy: RegisteredTopic | undefined;
  /** The leader said that there is no such topic, after the feed had begun. */
  #wasAbsent = false;
  /** If the topic goes now, it is clean-up that removes it. */
  #isCleanedUp = false;
  /** Where the topic's log ended before the handshake was completed: what comes after that comes live. */
  #opened: { readonly uid: string; readonly logEnd: number } | undefined;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#presence = new Presence(options.context, options.client.user, options.subscription);
    this.#early = new EarlyNews(options.context.config.consumerBufferBytes);
    this.#judging = new RepeatedWork({
      work: () => this.#judge(),
      isWanted: () => this.#socket !== undefined,
      failed: (err) => {
        const { context, topic } = options;
        context.logger.warn({ err, topic }, 'a consumer could not be judged; trying again');
      },
    });
    this.#feed = options.feeds.join(options.topic, this);
  }

  /** Resolves when nothing can pass unseen any more. */
  get ready(): Promise<void> {
    return this.#feed.ready.then(() => this.#readLogEnd());
  }

  attach(socket: ConsumerSocket, reading: Reading): void {
    const { context, client } = this.#options;
    this.#socket = socket;
    this.#acknowledgements = new Acknowledgements(context, reading, client);
    this.#judging.request();
  }

  receive(data: Buffer): void {
    const messageId = parseAcknowledgement(data);
    const topic = this.#allowedBy;
    // FRM-2
    if (messageId === undefined) this.#options.context.limits.watch.hit('frames that acknowledge nothing');
    // ACK-5: without the right to consume, an acknowledgement has no effect.
    if (messageId === undefined || !topic) return;
    const sequences = this.#delivered.take(messageId);
    this.#options.context.metrics.acknowledgements.inc({ known: String(sequences.length > 0) });
    this.#acknowledgements?.add(topic, messageId, sequences);
  }

  /** Acknowledgements have no answer. */
  async settled(): Promise<void> {}

  close(): void {
    this.#options.feeds.leave(this.#options.topic, this);
    this.#socket = undefined;
    this.#end();
  }

  topicChanged(topic: RegisteredTopic | undefined): void {
    const { registry } = this.#options.context;
    // Clean-up marks what it removes; a watch that stalled may not show the mark.
    if (topic && topic.uid === this.#delivery?.topic.uid) this.#isCleanedUp = topic.closing === true;
    else this.#isCleanedUp ||= registry.isStale;
    this.#judging.request();
  }

  live(topic: RegisteredTopic, live: LiveEvent): void {
    if (this.#delivery && (topic === this.#allowedBy || this.#stillAllowedBy(topic))) {
      this.#delivery.offer(live);
    } else if (topic !== this.#deniedBy) {
      this.#early.add(live);
      this.#judging.request();
    }
  }

  interrupted(): void {
    this.#wasAbsent = false;
    if (this.#delivery) {
      this.#delivery.interrupted();
    } else {
      this.#early.interrupted();
      this.#judging.request();
    }
  }

  leaseLost(): void {
    if (this.#delivery) this.#presence.join(this.#delivery.topic);
  }

  unheard(): void {
    this.#presence.again();
  }

  announced(uid: string, sequence: number): void {
    if (!this.#delivery) this.#early.announced(uid, sequence);
    else if (this.#delivery.topic.uid === uid) this.#delivery.announced(sequence);
  }

  #stillAllowedBy(topic: RegisteredTopic): boolean {
    const allowed = this.#delivery?.topic.uid === topic.uid && mayConsume(this.#options.client, topic);
    if (allowed) this.#allowedBy = topic;
    return allowed;
  }

  async #judge(): Promise<void> {
    const { access, context, client, topic: slug } = this.#options;
    // What is found may be older than what comes to be known while it is looked for.
    const wasAbsent = this.#wasAbsent;
    const found = await access.forConsuming(client, slug);
    // GC-2: a consumer keeps its topic, also one of which the store does not know yet.
    const allowed = found && (await keepTopic(context, found));
    if (!this.#socket) return;
    const current = context.registry.get(slug);
    const isGone = this.#delivery !== undefined && this.#delivery.topic.uid !== current?.uid;
    // CLS-2: nothing ends for clean-up; the consumer waits as for any unknown topic.
    if (isGone && this.#isCleanedUp && this.#delivery?.topic.responseFor) this.#end();
    if (isGone && this.#delivery) {
      this.#closeFor(CloseCode.TOPIC_DELETED, 'the topic was deleted');
    } else if (this.#delivery && !allowed) {
      this.#closeFor(CloseCode.RIGHT_REVOKED, 'the right to consume was revoked');
    } else if (this.#delivery) {
      this.#allowedBy = allowed;
      // The store does not know that this consumer is there.
      if (found?.closing) this.#presence.again();
    } else if (allowed) {
      this.#begin(allowed, wasAbsent && this.#wasAbsent);
    } else {
      this.#deniedBy = current;
      this.#wasAbsent = current === undefined;
      this.#early.forgetPassed();
      // What comes until the right is given is not this user's to have live.
      this.#opened = undefined;
    }
  }

  #begin(topic: RegisteredTopic, wasAbsent: boolean): void {
    const { access, context, client, signs } = this.#options;
    if (!this.#socket) return;
    this.#allowedBy = topic;
    this.#isCleanedUp = false;
    const isAllowed = async () => (await access.forConsuming(client, topic.slug))?.uid === topic.uid;
    this.#delivery = new Delivery({
      topic,
      user: client.user,
      source: new PatientFrameSource(context, topic, client.user, isAllowed),
      sink: new Outbox(this.#socket, {
        limit: context.config.consumerBufferBytes,
        all: context.limits.consumerBuffers,
        mayPass: () => context.tokenGuard.isTrusted(client),
      }),
      holdBytes: context.config.consumerBufferBytes,
      logEnd: this.#opened?.uid === topic.uid ? this.#opened.logEnd : undefined,
      fresh: wasAbsent && !this.#early.overflowed,
      delivered: ({ messageId, traceparent }, sequence, bytes) => {
        context.metrics.deliveries.inc();
        context.metrics.bytesDelivered.inc(bytes);
        if (sequence !== undefined) this.#delivered.add(messageId, sequence);
        traceDelivery(context.traces, topic.slug, messageId, traceparent);
      },
      backlogSent: (count) => {
        if (count > 0) signs.contacted(topic, client.user);
        else this.#askForApiInfo(topic);
      },
    });
    this.#presence.join(topic);
    if (wasAbsent) this.#askForApiInfo(topic);
    this.#early.handTo(this.#delivery);
    // A later beginning has a later end.
    this.#opened = undefined;
  }

  async #readLogEnd(): Promise<void> {
    const { context, topic: slug } = this.#options;
    const topic = context.registry.get(slug);
    if (!topic) return;
    await context.rounds.settle(topic.uid);
    const { last } = await context.log.end(topic.partition);
    this.#opened = { uid: topic.uid, logEnd: last };
  }

  /** AVL-6, AVL-7: a module with nothing to do is asked what it can. */
  #askForApiInfo(topic: RegisteredTopic): void {
    if (!topic.supportsDasf || topic.responseFor) return;
    this.#socket?.sendText(Buffer.from(probeFrame('api_info', crypto.randomUUID(), Date.now())));
  }

  #closeFor(code: CloseCode, reason: string): void {
    this.#end();
    this.#socket?.close(code, reason);
  }

  #end(): void {
    if (!this.#delivery) return;
    this.#delivery.stop();
    this.#delivery = undefined;
    this.#allowedBy = undefined;
    this.#acknowledgements?.flush();
    this.#presence.leave();
  }
}
