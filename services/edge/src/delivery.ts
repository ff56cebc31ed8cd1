import type { BacklogPage } from '@dasf-broker/backlog';
import {
  type LiveEvent,
  type MessagePublished,
  PiecesMissing,
  readPieces,
  readTopicPage,
} from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { BacklogPages } from './backlog-pages.ts';
import type { EdgeContext } from './context.ts';
import { HeldEvents } from './held-events.ts';
import type { Outbox } from './outbox.ts';

export interface DeliveryOptions {
  readonly context: EdgeContext;
  readonly topic: RegisteredTopic;
  readonly user: string;
  readonly outbox: Outbox;
  /**
   * The topic was made after its feed was joined: all that was ever published passes live, the store need
   * not be asked.
   */
  readonly fresh: boolean;
  /** A frame was sent; `sequence` is absent where the log does not hold it. */
  readonly delivered: (messageId: string, sequence: number | undefined) => void;
  /** The outstanding messages have been sent: so many. */
  readonly backlogSent: (count: number) => void;
}

/** How long a connecting consumer waits for the store before it goes live without its backlog. */
const BACKLOG_PATIENCE_MS = 5000;
const RETRY_PAUSE_MS = 250;

/**
 * One consumer's way through one topic, in three phases: **backlog** (what is outstanding, asked of the store
 * page by page), **cutover** (what passed live meanwhile was held: it follows, but for what the backlog
 * included) and **live**.
 *
 * Whoever is live and misses something (a gap in the sequences, a lost connection to NATS, an outbox that
 * was full) goes through the same phases again, with the log in the place of the store: the store no longer
 * has what others acknowledged in the meantime, and this consumer is still owed it (DLV-7, DLV-8).
 *
 * `#position` is the sequence up to which this consumer has everything. Only what lies beyond it is sent,
 * which rules out duplicates and reorder (DLV-2, DLV-3).
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #held: HeldEvents;
  #position: number | undefined;
  #phase: 'holding' | 'live' = 'holding';
  #announced = 0;
  /** What is held does not join up with what was read: read again. */
  #again = false;
  #stopped = false;
  /** The store did not answer in time; what it has follows when it does. */
  #isLate = false;
  /** The first sequence that was sent live before the backlog; set only where the store did not answer. */
  #liveFrom: number | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#held = new HeldEvents(options.context.config.consumerBufferBytes);
    if (options.fresh) {
      this.#position = 0;
      this.#phase = 'live';
    } else {
      void this.#catchUp();
    }
  }

  get topic(): RegisteredTopic {
    return this.#options.topic;
  }

  /** A frame of this topic passed by. */
  offer(live: LiveEvent): void {
    if (this.#stopped) return;
    if (this.#phase === 'holding') this.#held.add(live);
    else if (!this.#pass(live)) void this.#catchUp();
  }

  /** Frames may have passed unseen. */
  interrupted(): void {
    if (this.#phase === 'holding') this.#again = true;
    else void this.#catchUp();
  }

  /** The topic has a message at this sequence; where it did not pass, it was lost on its way. */
  announced(sequence: number): void {
    this.#announced = Math.max(this.#announced, sequence);
    if (this.#phase === 'live' && this.#missesTail()) void this.#catchUp();
  }

  stop(): void {
    this.#stopped = true;
    this.#held.clear();
  }

  async #catchUp(): Promise<void> {
    this.#phase = 'holding';
    do {
      this.#again = false;
      this.#held.clear();
      if (this.#position !== undefined) await this.#readLog(this.#position);
      else if (!this.#isLate) await this.#readBacklog();
      this.#cutOver();
    } while ((this.#again || this.#missesTail()) && !this.#stopped);
    this.#phase = 'live';
  }

  #missesTail(): boolean {
    return this.#position !== undefined && this.#position < this.#announced;
  }

  #cutOver(): void {
    if (this.#held.overflowed) this.#again = true;
    for (const live of this.#held.take()) {
      if (this.#pass(live)) continue;
      this.#again = true;
      return;
    }
  }

  /** Sends a live frame, if its turn has come; `false` where something before it is missing. */
  #pass(live: LiveEvent): boolean {
    const { event, place } = live;
    if (!place) {
      if (!this.#options.outbox.isFull) this.#send(event.messageId, undefined, event.frame);
      return true;
    }
    if (this.#position !== undefined) {
      if (place.sequence <= this.#position) return true;
      if (place.previous > this.#position) return false;
    }
    if (this.#options.outbox.isFull) return false;
    if (this.#position === undefined) this.#liveFrom = place.sequence;
    this.#position = place.sequence;
    this.#send(event.messageId, place.sequence, event.frame);
    return true;
  }

  async #readBacklog(): Promise<void> {
    const pages = this.#backlogPages();
    let count = 0;
    for (;;) {
      const page = await pages.next();
      if (page === undefined) {
        if (this.#stopped) return;
        if (pages.waited < BACKLOG_PATIENCE_MS) continue;
        // The one exception to DLV-2: the backlog follows when a store is back. What it does not include is
        // known where it has begun to come.
        this.#position = pages.upTo;
        void this.#readBacklogLate(pages, count);
        return;
      }
      count += await this.#sendPage(pages, page);
      if (this.#stopped) return;
      if (page.more) continue;
      this.#position = page.completeUpTo;
      this.#options.backlogSent(count);
      return;
    }
  }

  async #readBacklogLate(pages: BacklogPages, sentBefore: number): Promise<void> {
    this.#isLate = true;
    let count = sentBefore;
    while (!this.#stopped) {
      const page = await pages.next();
      if (page === undefined) continue;
      // Whatever passes from now on and is not in the backlog comes after it in the log.
      this.#position ??= page.completeUpTo;
      count += await this.#sendPage(pages, page);
      if (page.more) continue;
      this.#options.backlogSent(count);
      return;
    }
  }

  async #sendPage(pages: BacklogPages, page: BacklogPage): Promise<number> {
    let count = 0;
    for (const message of page.messages) {
      await this.#options.outbox.drained();
      const frame = await pages.frameOf(message, () => this.#stopped);
      if (this.#stopped || message.sequence >= (this.#liveFrom ?? Number.POSITIVE_INFINITY)) break;
      if (frame === undefined) continue;
      this.#send(message.messageId, message.sequence, frame);
      count += 1;
    }
    return count;
  }

  #backlogPages(): BacklogPages {
    const { context, topic, user } = this.#options;
    return new BacklogPages(context, topic, user);
  }

  async #readLog(from: number): Promise<void> {
    const { context, topic, outbox } = this.#options;
    let after = from;
    while (!this.#stopped) {
      await outbox.drained();
      try {
        // A right that was taken away counts here, too: the leader's answer ends this delivery.
        if (context.registry.isStale) await context.registry.lead(topic.slug);
        const page = await readTopicPage(context.nc, context.subjects, topic.partition, topic.slug, after);
        for (const { sequence, event } of page.records) {
          await outbox.drained();
          if (this.#stopped) return;
          // A ping of some time ago asks for nothing any more; another uid is an earlier topic of this name.
          if (event.type === 'message' && event.uid === topic.uid) {
            const frame = await this.#frameInLog(event, sequence);
            if (frame) this.#send(event.messageId, sequence, frame);
          }
          this.#position = sequence;
          after = sequence;
        }
        after = page.last;
        this.#position = Math.max(after, this.#position ?? 0);
        if (page.end) return;
      } catch (error) {
        context.logger.warn(
          { err: error, topic: topic.slug },
          'catching up from the log failed; trying again',
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      }
    }
  }

  async #frameInLog(message: MessagePublished, sequence: number): Promise<Uint8Array | undefined> {
    const { frame, pieces, messageId } = message;
    if (pieces === undefined) return frame;
    const { context, topic } = this.#options;
    try {
      return await readPieces(context.nc, context.subjects, topic.partition, sequence, pieces);
    } catch (error) {
      if (!(error instanceof PiecesMissing)) throw error;
      // The log has been truncated between them; the store has what is still owed.
      return await this.#backlogPages().frameOf({ frame, pieces, sequence, messageId }, () => this.#stopped);
    }
  }

  #send(messageId: string, sequence: number | undefined, frame: Uint8Array): void {
    this.#options.outbox.send(frame);
    this.#options.delivered(messageId, sequence);
  }
}
