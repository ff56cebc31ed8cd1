import type { BacklogPage, OutstandingMessage } from '@dasf-broker/backlog';
import type { LiveEvent, MessagePublished, TopicPage } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { HeldEvents } from './held-events.ts';
import type { HeldFrame } from './large-frames.ts';

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
  frameOf(message: OutstandingMessage, isUnwanted: () => boolean): Promise<HeldFrame | undefined>;
}

/** Where a delivery gets what did not pass live. Asks again by itself where something is away. */
export interface FrameSource {
  /** The topic's log goes as far as this now; `undefined` once it is no longer wanted. */
  logEnd(isUnwanted: () => boolean): Promise<number | undefined>;
  /** The outstanding messages up to a sequence, from the first one on. */
  backlog(upTo: number): BacklogReader;
  /**
   * A page of the topic's frames in the log.
   *
   * @param after exclusive
   * @param atLeast the log goes as far as this, if it has not been truncated
   * @returns `undefined` once it is no longer wanted
   */
  logPage(after: number, atLeast: number, isUnwanted: () => boolean): Promise<TopicPage | undefined>;
  /**
   * Whether what was just read may be sent: the right may have gone while it was on its way (DLV-5). Waits where
   * it has; `false` once it is no longer wanted.
   */
  mayBeSent(isUnwanted: () => boolean): Promise<boolean>;
  /** The frame of a message in the log; `undefined` where nobody has it any more. */
  frameInLog(
    message: MessagePublished,
    sequence: number,
    isUnwanted: () => boolean,
  ): Promise<HeldFrame | undefined>;
}

/** Where a delivery puts frames. */
export interface FrameSink {
  /** The connection stands. What is sent later goes nowhere, and what fills the sink is never read. */
  readonly isOpen: boolean;
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
  /** The log's end when the consumer came, where it is known; else it is read now. */
  readonly logEnd?: number | undefined;
  /** A frame was sent; `sequence` is absent where the log does not hold it. */
  readonly delivered: (messageId: string, sequence: number | undefined, bytes: number) => void;
  /** The outstanding messages have been sent: so many. */
  readonly backlogSent: (count: number) => void;
}

/** How long a connecting consumer waits for the store before it goes live without its backlog. */
const BACKLOG_PATIENCE_MS = 5000;

/**
 * One consumer's way through one topic, in three phases: **backlog** (what is outstanding of that which the
 * log held when the consumer came, asked of the store page by page), **cutover** (what has passed live
 * meanwhile was held and follows) and **live**.
 *
 * The log's end at the beginning parts the two: up to there the store decides what is owed, beyond it this
 * consumer gets everything, whoever acknowledges it.
 *
 * Whoever is live and misses something (a gap in the sequences, a lost connection to NATS, a sink that was
 * full) goes through the same phases again, with the log in the place of the store: the store no longer has
 * what others acknowledged in the meantime, and this consumer is still owed it (DLV-7, DLV-8).
 *
 * `#position` is the sequence up to which this consumer has everything. Only what lies beyond it is sent,
 * which rules out duplicates and reorder (DLV-2, DLV-3).
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #held: HeldEvents;
  #position = 0;
  #phase: 'holding' | 'live' = 'holding';
  #announced = 0;
  /** What is held does not join up with what was read: read again. */
  #again = false;
  #stopped = false;
  #backlogCount = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#held = new HeldEvents(options.holdBytes);
    if (options.fresh) this.#phase = 'live';
    else void this.#begin();
  }

  get topic(): RegisteredTopic {
    return this.#options.topic;
  }

  /** A frame of this topic passed by. */
  offer(live: LiveEvent): void {
    if (this.#isOver) return;
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
    if (this.#phase === 'live' && this.#missesTail) void this.#catchUp();
  }

  stop(): void {
    this.#stopped = true;
    this.#held.clear();
  }

  async #begin(): Promise<void> {
    const { source, logEnd } = this.#options;
    const end = logEnd ?? (await source.logEnd(() => this.#isOver));
    if (end === undefined) return;
    this.#position = end;
    const backlog = source.backlog(end);
    const isInTime = await this.#sendBacklog(backlog, BACKLOG_PATIENCE_MS);
    // The one exception to DLV-2: where no store answers in time, the backlog follows when one does.
    if (!isInTime) void this.#sendBacklog(backlog, Number.POSITIVE_INFINITY);
    this.#cutOver();
    await this.#goLive();
  }

  async #catchUp(): Promise<void> {
    this.#phase = 'holding';
    this.#again = true;
    await this.#goLive();
  }

  /** In the same turn as it turns out that nothing is missing: whatever is missed later begins anew. */
  async #goLive(): Promise<void> {
    while (this.#isBehind) {
      this.#again = false;
      this.#held.clear();
      await this.#readLog();
      this.#cutOver();
    }
    this.#phase = 'live';
  }

  /** A connection that is closing is over before anybody stops its delivery. */
  get #isOver(): boolean {
    return this.#stopped || !this.#options.sink.isOpen;
  }

  get #isBehind(): boolean {
    return !this.#isOver && (this.#again || this.#missesTail);
  }

  get #missesTail(): boolean {
    return this.#position < this.#announced;
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
    if (place.sequence <= this.#position) return true;
    if (place.previous > this.#position || this.#options.sink.isFull) return false;
    this.#position = place.sequence;
    this.#send(event.messageId, place.sequence, event.frame);
    return true;
  }

  /** Sends what is outstanding; `false` where no store answered for too long. */
  async #sendBacklog(backlog: BacklogReader, patience: number): Promise<boolean> {
    while (!this.#isOver) {
      const page = await backlog.next();
      if (page === undefined) {
        if (backlog.waited >= patience) return false;
        continue;
      }
      this.#backlogCount += await this.#sendPage(backlog, page);
      if (page.more) continue;
      if (!this.#isOver) this.#options.backlogSent(this.#backlogCount);
      return true;
    }
    return true;
  }

  async #sendPage(backlog: BacklogReader, page: BacklogPage): Promise<number> {
    let count = 0;
    if (!(await this.#options.source.mayBeSent(() => this.#isOver))) return count;
    for (const message of page.messages) {
      if (await this.#deliver(message, (isUnwanted) => backlog.frameOf(message, isUnwanted))) count += 1;
      if (this.#isOver) break;
    }
    return count;
  }

  /** Sends a frame when there is room for it; `false` where it is gone, or no longer wanted. */
  async #deliver(
    { messageId, sequence }: { readonly messageId: string; readonly sequence: number },
    read: (isUnwanted: () => boolean) => Promise<HeldFrame | undefined>,
  ): Promise<boolean> {
    const { sink } = this.#options;
    for (;;) {
      await sink.drained();
      if (this.#isOver) return false;
      using frame = await read(() => this.#isOver);
      if (!frame || this.#isOver) return false;
      // Read again later: it is not kept for who does not read.
      if (sink.isFull) continue;
      this.#send(messageId, sequence, frame.bytes);
      return true;
    }
  }

  async #readLog(): Promise<void> {
    const { source, sink } = this.#options;
    const isUnwanted = () => this.#isOver;
    const announced = this.#announced;
    let after = this.#position;
    for (;;) {
      await sink.drained();
      const page = await source.logPage(after, announced, isUnwanted);
      if (!page || !(await source.mayBeSent(isUnwanted))) return;
      for (const { sequence, event } of page.records) {
        // A ping of some time ago asks for nothing any more; another uid is an earlier topic of this name.
        const isOwed = event.type === 'message' && event.uid === this.topic.uid;
        if (isOwed) {
          const message = { messageId: event.messageId, sequence };
          await this.#deliver(message, () => source.frameInLog(event, sequence, isUnwanted));
        }
        if (this.#isOver) return;
        this.#position = sequence;
      }
      after = page.last;
      this.#position = Math.max(after, this.#position);
      if (page.end) break;
    }
    // The log was asked often enough: what was announced and is not there any more is nobody's.
    if (this.#announced === announced) this.#announced = 0;
  }

  #send(messageId: string, sequence: number | undefined, frame: Uint8Array): void {
    this.#options.sink.send(frame);
    this.#options.delivered(messageId, sequence, frame.length);
  }
}
