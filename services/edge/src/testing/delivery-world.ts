import type { BacklogPage } from '@dasf-broker/backlog';
import type { DeliverableEvent, LiveEvent, MessagePublished } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { newTopic, type RegisteredTopic } from '@dasf-broker/registry';
import type { BacklogReader } from '../backlog-delivery.ts';
import { Delivery, type FrameSource } from '../delivery.ts';
import { atHand, type HeldFrame } from '../large-frames.ts';
import type { FrameSink } from '../paced-sender.ts';

const PAGE = 2;
const PATIENCE_MS = 5000;
/** What pings are named: who was sent which of them is of no interest. */
const PING = 'ping';

interface Stored<E extends DeliverableEvent> {
  readonly sequence: number;
  /** The previous one of the topic and type: sequences of others lie between. */
  readonly previous: number;
  readonly event: E;
}

/** A message in the log of the world, and what has become of it. */
interface Entry extends Stored<MessagePublished> {
  acknowledged: boolean;
}

/** Does work at a moment of the test's choosing. */
export type Later = <T>(work: () => T) => Promise<T>;

/**
 * A topic of retention `cache` with its log, a store and consumers, where everything takes place when the
 * test says so: nothing here waits for time or for servers.
 */
export class DeliveryWorld {
  readonly log: Entry[] = [];
  readonly consumers: WorldConsumer[] = [];
  readonly topic: RegisteredTopic;
  storeIsAway = false;
  readonly #later: Later;
  #lastMessage = 0;
  #lastPing = 0;

  constructor(later: Later) {
    this.#later = later;
    this.topic = { ...newTopic({ slug: 'topic' as Slug, partition: 0, creator: 'alice' }), revision: 1 };
  }

  get end(): number {
    return Math.max(this.#lastMessage, this.#lastPing);
  }

  /** The sequence of the last message. */
  get tail(): number {
    return this.#lastMessage;
  }

  ping(gap: number): void {
    const sequence = this.end + 1 + gap;
    const { slug, uid } = this.topic;
    const event = { type: 'ping', topic: slug, uid, messageId: PING, frame: Buffer.from(PING) } as const;
    const entry = { sequence, previous: this.#lastPing, event };
    this.#lastPing = sequence;
    for (const consumer of this.consumers) consumer.passing.push(entry);
  }

  publish(gap: number): void {
    const sequence = this.end + 1 + gap;
    const { slug, uid } = this.topic;
    const event: MessagePublished = {
      type: 'message',
      topic: slug,
      uid,
      user: 'alice',
      messageId: String(sequence),
      clientId: false,
      retention: 'cache',
      revision: 1,
      frame: Buffer.from(String(sequence)),
    };
    const entry = { sequence, previous: this.#lastMessage, event, acknowledged: false };
    this.#lastMessage = sequence;
    this.log.push(entry);
    for (const consumer of this.consumers) consumer.passing.push(entry);
  }

  connect(fresh: boolean): void {
    this.consumers.push(new WorldConsumer(this, this.#later, fresh && this.log.length === 0));
  }

  acknowledge(sequence: number): void {
    const entry = this.log.find((candidate) => candidate.sequence === sequence);
    if (entry) entry.acknowledged = true;
  }
}

/** One consumer: what passes it, what it can take and what it was given. */
export class WorldConsumer implements FrameSource, FrameSink {
  /** Stored, republished, and not yet there. */
  readonly passing: Stored<DeliverableEvent>[] = [];
  readonly received: number[] = [];
  /** The log's end when delivery began: what comes after that it is owed, whoever acknowledges. */
  owedFrom: number;
  /** Acknowledged before it connected: these it must not get. */
  readonly goneBefore: ReadonlySet<number>;
  /** The store did not answer in time: the one exception to the order. */
  wasLate = false;
  isFull = false;
  sentWhileFull = 0;
  isConnected = true;
  readonly #world: DeliveryWorld;
  readonly #later: Later;
  readonly #delivery: Delivery;
  #drained = Promise.withResolvers<void>();

  constructor(world: DeliveryWorld, later: Later, fresh: boolean) {
    this.#world = world;
    this.#later = later;
    this.owedFrom = fresh ? 0 : Number.POSITIVE_INFINITY;
    this.goneBefore = new Set(world.log.filter((entry) => entry.acknowledged).map((entry) => entry.sequence));
    this.#delivery = new Delivery({
      user: 'ann',
      topic: world.topic,
      source: this,
      sink: this,
      holdBytes: 12,
      fresh,
      delivered: ({ messageId: id }, sequence) => {
        if (id !== PING) this.received.push(sequence ?? 0);
      },
      backlogSent: () => {},
    });
  }

  /** The next frame reaches the edge, or is lost on the way. */
  pass(isLost: boolean): void {
    const entry = this.passing.shift();
    if (!entry || isLost || !this.isConnected) return;
    const live: LiveEvent = {
      event: entry.event,
      place: { sequence: entry.sequence, previous: entry.previous },
    };
    this.#delivery.offer(live);
  }

  interrupt(): void {
    this.#delivery.interrupted();
  }

  announce(): void {
    if (this.#world.tail > 0) this.#delivery.announced(this.#world.tail);
  }

  get isOpen(): boolean {
    return this.isConnected;
  }

  fill(isFull: boolean): void {
    this.isFull = isFull;
    if (isFull) return;
    this.#drained.resolve();
    this.#drained = Promise.withResolvers();
  }

  disconnect(): void {
    this.isConnected = false;
    this.#delivery.stop();
    this.fill(false);
  }

  send(): void {
    if (this.isFull) this.sentWhileFull += 1;
  }

  async drained(): Promise<void> {
    while (this.isFull && this.isConnected) await this.#drained.promise;
  }

  async mayBeSent(isUnwanted: () => boolean): Promise<boolean> {
    return !isUnwanted();
  }

  logEnd() {
    return this.#later(() => {
      this.owedFrom = this.#world.end;
      return this.#world.end;
    });
  }

  backlog(upTo: number): BacklogReader {
    let after = 0;
    const reader = {
      waited: 0,
      next: () =>
        this.#later((): BacklogPage | undefined => {
          if (this.#world.storeIsAway) {
            reader.waited += PATIENCE_MS / 2;
            if (reader.waited >= PATIENCE_MS) this.wasLate = true;
            return undefined;
          }
          const due = this.#world.log.filter(
            (entry) => !entry.acknowledged && entry.sequence > after && entry.sequence <= upTo,
          );
          const messages = due.slice(0, PAGE).map(({ sequence, event }) => ({
            sequence,
            messageId: event.messageId,
            frame: event.frame,
          }));
          after = messages.at(-1)?.sequence ?? after;
          return { more: due.length > PAGE, messages };
        }),
      frameOf: async ({ frame }: { frame: Uint8Array }) => atHand(frame),
    };
    return reader;
  }

  logPage(after: number) {
    return this.#later(() => {
      const due = this.#world.log.filter((entry) => entry.sequence > after);
      const records = due
        .slice(0, PAGE)
        .map(({ sequence, event }) => ({ partition: 0, sequence, time: 0, event }));
      return { records, last: records.at(-1)?.sequence ?? after, end: due.length <= PAGE };
    });
  }

  frameInLog({ frame }: MessagePublished): Promise<HeldFrame> {
    return this.#later(() => atHand(frame));
  }
}
