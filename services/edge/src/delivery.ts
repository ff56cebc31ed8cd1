import type { BacklogPage, OutstandingMessage } from '@dasf-broker/backlog';
import type { LiveEvent, MessagePublished, TopicPage } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { HeldEvents } from './held-events.ts';

/** Reads what is outstanding, page by page. */
export interface BacklogReader {
  /**
   * Milliseconds that questions took which nobody answered. While NATS is away none is asked: then nothing
   * can come live, either.
   */
  readonly waited: number;
  /** The next page; `undefined` where no store answered, after a pause: ask again. */
  next(): Promise<BacklogPage | undefined>;
  /** A message's frame; `undefined` where somebody acknowledged it meanwhile, or it is no longer wanted. */
  frameOf(message: OutstandingMessage, isUnwanted: () => boolean): Promise<Uint8Array | undefined>;
}

/** Where a delivery gets what did not pass live. Asks again by itself where something is away. */
export interface FrameSource {
  /** From the first outstanding message on. */
  backlog(): BacklogReader;
  /**
   * A page of the topic's frames in the log.
   *
   * @param after exclusive
   * @param atLeast the log goes as far as this, if it has not been truncated
   * @returns `undefined` once it is no longer wanted
   */
  logPage(after: number, atLeast: number, isUnwanted: () => boolean): Promise<TopicPage | undefined>;
  /** The frame of a message in the log; `undefined` where nobody has it any more. */
  frameInLog(
    message: MessagePublished,
    sequence: number,
    isUnwanted: () => boolean,
  ): Promise<Uint8Array | undefined>;
}

/** Where a delivery puts frames. */
export interface FrameSink {
  /** No more may be sent for now. One frame is always taken, however large. */
  readonly isFull: boolean;
  send(frame: Uint8Array): void;
  /** Resolves when there is room, or the connection has ended. */
  drained(): Promise<void>;
}

export interface DeliveryOptions {
  readonly topic: RegisteredTopic;
  readonly source: FrameSource;
  readonly sink: FrameSink;
  /** Bytes of live frames that may be held during catching up. */
  readonly holdBytes: number;
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
    this.#held = new HeldEvents(options.holdBytes);
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
    if (this.#phase === 'holding') {
      this.#held.add(live);
    } else if (!this.#pass(live)) {
      this.#announced = Math.max(this.#announced, live.place?.sequence ?? 0);
      void this.#catchUp();
    }
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
      if (!this.#options.sink.isFull) this.#send(event.messageId, undefined, event.frame);
      return true;
    }
    if (this.#position !== undefined) {
      if (place.sequence <= this.#position) return true;
      if (place.previous > this.#position) return false;
    }
    if (this.#options.sink.isFull) return false;
    if (this.#position === undefined) this.#liveFrom = place.sequence;
    this.#position = place.sequence;
    this.#send(event.messageId, place.sequence, event.frame);
    return true;
  }

  async #readBacklog(): Promise<void> {
    const pages = this.#options.source.backlog();
    let count = 0;
    for (;;) {
      const page = await pages.next();
      if (page === undefined) {
        if (this.#stopped) return;
        if (pages.waited < BACKLOG_PATIENCE_MS) continue;
        // The one exception to DLV-2: the backlog follows when a store is back.
        void this.#readBacklogLate(pages, count);
        return;
      }
      count += await this.#sendPage(pages, page);
      if (page.more) continue;
      this.#position = page.completeUpTo;
      this.#options.backlogSent(count);
      return;
    }
  }

  async #readBacklogLate(pages: BacklogReader, sentBefore: number): Promise<void> {
    this.#isLate = true;
    let count = sentBefore;
    while (!this.#stopped) {
      const page = await pages.next();
      if (page === undefined) continue;
      count += await this.#sendPage(pages, page);
      if (page.more) continue;
      this.#position ??= page.completeUpTo;
      this.#options.backlogSent(count);
      return;
    }
  }

  async #sendPage(pages: BacklogReader, page: BacklogPage): Promise<number> {
    let count = 0;
    for (const message of page.messages) {
      await this.#options.sink.drained();
      const frame = await pages.frameOf(message, () => this.#stopped);
      if (this.#stopped || message.sequence >= (this.#liveFrom ?? Number.POSITIVE_INFINITY)) break;
      if (frame === undefined) continue;
      this.#send(message.messageId, message.sequence, frame);
      count += 1;
    }
    return count;
  }

  async #readLog(from: number): Promise<void> {
    const { source, sink } = this.#options;
    const isUnwanted = () => this.#stopped;
    const announced = this.#announced;
    let after = from;
    for (;;) {
      await sink.drained();
      const page = await source.logPage(after, announced, isUnwanted);
      if (!page) return;
      for (const { sequence, event } of page.records) {
        // A ping of some time ago asks for nothing any more; another uid is an earlier topic of this name.
        const isOwed = event.type === 'message' && event.uid === this.topic.uid;
        const frame = isOwed ? await source.frameInLog(event, sequence, isUnwanted) : undefined;
        await sink.drained();
        if (this.#stopped) return;
        if (frame) this.#send(event.messageId, sequence, frame);
        this.#position = sequence;
      }
      after = page.last;
      this.#position = Math.max(after, this.#position ?? 0);
      if (page.end) break;
    }
    // The log was asked often enough: what was announced and is not there any more is nobody's.
    if (this.#announced === announced) this.#announced = 0;
  }

  #send(messageId: string, sequence: number | undefined, frame: Uint8Array): void {
    this.#options.sink.send(frame);
    this.#options.delivered(messageId, sequence);
  }
}
