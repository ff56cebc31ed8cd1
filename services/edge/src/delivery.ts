import type { LiveEvent, MessagePublished, TopicPage } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { BacklogDelivery, type BacklogReader } from './backlog-delivery.ts';
import { HeldEvents } from './held-events.ts';
import type { HeldFrame } from './large-frames.ts';
import { type Delivered, type FrameSink, PacedSender } from './paced-sender.ts';

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

export interface DeliveryOptions {
  readonly topic: RegisteredTopic;
  readonly user: string;
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
  readonly delivered: Delivered;
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
  readonly #sender: PacedSender;
  #position = 0;
  #phase: 'holding' | 'live' = 'holding';
  #announced = 0;
  /** What is held does not join up with what was read: read again. */
  #again = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#held = new HeldEvents(options.holdBytes);
    this.#sender = new PacedSender(options.sink, options.delivered);
    if (options.fresh) this.#phase = 'live';
    else void this.#begin();
  }

  get topic(): RegisteredTopic {
    return this.#options.topic;
  }

  /** A frame of this topic passed by. */
  offer(live: LiveEvent): void {
    if (this.#sender.isOver) return;
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
    this.#sender.stop();
    this.#held.clear();
  }

  async #begin(): Promise<void> {
    const { source, logEnd, backlogSent } = this.#options;
    const sender = this.#sender;
    const end = logEnd ?? (await source.logEnd(() => sender.isOver));
    if (end === undefined) return;
    this.#position = end;
    const mayBeSent = source.mayBeSent.bind(source);
    const backlog = new BacklogDelivery({
      reader: source.backlog(end),
      sender,
      mayBeSent,
      sent: backlogSent,
    });
    const isInTime = await backlog.run(BACKLOG_PATIENCE_MS);
    // The one exception to DLV-2: where no store answers in time, the backlog follows when one does.
    if (!isInTime) void backlog.run(Number.POSITIVE_INFINITY);
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

  get #isBehind(): boolean {
    return !this.#sender.isOver && (this.#again || this.#missesTail);
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
    const { isFull } = this.#sender;
    if (place && place.sequence <= this.#position) return true;
    // A ping is owed to nobody, and its sequences are a chain of their own.
    if (!place || event.type === 'ping') {
      if (!isFull) this.#sender.send(event, place?.sequence, event.frame);
      return true;
    }
    if (place.previous > this.#position || isFull) return false;
    this.#position = place.sequence;
    if (this.#isOwed(event)) this.#sender.send(event, place.sequence, event.frame);
    return true;
  }

  /** What was imported may have been acknowledged where it came from. */
  #isOwed({ deliveredTo }: MessagePublished): boolean {
    return !deliveredTo?.includes(this.#options.user);
  }

  async #readLog(): Promise<void> {
    const { source } = this.#options;
    const sender = this.#sender;
    const isUnwanted = () => sender.isOver;
    const announced = this.#announced;
    let after = this.#position;
    for (;;) {
      await sender.hasRoom();
      const page = await source.logPage(after, announced, isUnwanted);
      if (!page || !(await source.mayBeSent(isUnwanted))) return;
      for (const { sequence, event } of page.records) {
        // Another uid is an earlier topic of this name.
        if (event.uid === this.topic.uid && this.#isOwed(event)) {
          await sender.sendOnceRead(event, sequence, () => source.frameInLog(event, sequence, isUnwanted));
        }
        if (sender.isOver) return;
        this.#position = sequence;
      }
      after = page.last;
      this.#position = Math.max(after, this.#position);
      if (page.end) break;
    }
    // The log was asked often enough: what was announced and is not there any more is nobody's.
    if (this.#announced === announced) this.#announced = 0;
  }
}
