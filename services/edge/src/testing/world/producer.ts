import type { MessagePublished } from '@dasf-broker/log';
import type { Retention } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { SLUG } from './edge.ts';
import type { FakeLog } from './log.ts';
import { now } from './time.ts';
import type { PublishedMessage, Truth } from './truth.ts';

const FRAME_BYTES = 10;

export interface Publication {
  readonly retention: Retention;
  readonly isLarge: boolean;
  readonly isLost: boolean;
  /** The edge that takes it knows the topic as it was so many changes ago. */
  readonly lag: number;
  /** It is meant for the topic of this name that was removed. */
  readonly isForeign: boolean;
}

/** What is published and pinged elsewhere, on other edges. */
export class Producer {
  readonly #truth: Truth;
  readonly #log: FakeLog;

  constructor(truth: Truth, log: FakeLog) {
    this.#truth = truth;
    this.#log = log;
  }

  publish({ retention, isLarge, isLost, lag, isForeign }: Publication): void {
    const topic = this.#addressee(lag, isForeign);
    if (!topic) return;
    const { uid, partition, revision } = topic;
    const event = this.#message(topic, retention);
    const isLive = retention === 'disabled' && !isLarge;
    if (isLive && !isLost) this.#log.publishLive(partition, event);
    const sequence = isLive ? undefined : this.#store(partition, event, isLarge, isLost);
    this.#note({
      name: event.messageId,
      uid,
      partition,
      sequence,
      revision,
      retention,
      isLost,
      isPing: false,
    });
  }

  ping(): void {
    const { current } = this.#truth;
    if (!current) return;
    const { uid, partition, revision } = current;
    const { messageId, frame } = this.#message(current, 'disabled');
    const sequence = this.#log.store(partition, { type: 'ping', topic: SLUG, uid, messageId, frame });
    const retention = 'disabled';
    this.#note({
      name: messageId,
      uid,
      partition,
      sequence,
      revision,
      retention,
      isLost: false,
      isPing: true,
    });
  }

  #addressee(lag: number, isForeign: boolean): RegisteredTopic | undefined {
    const { topics, current } = this.#truth;
    const uid = isForeign ? topics.findLast((topic) => topic.uid !== current?.uid)?.uid : current?.uid;
    const known = topics.filter((topic) => topic.uid === uid);
    return known[Math.max(known.length - 1 - lag, 0)];
  }

  #message({ uid, revision }: RegisteredTopic, retention: Retention): MessagePublished {
    const messageId = `#${this.#truth.messages.size + 1}`;
    const frame = Buffer.from(messageId.padEnd(FRAME_BYTES));
    const user = 'carol';
    return { type: 'message', topic: SLUG, uid, user, messageId, clientId: true, retention, revision, frame };
  }

  #store(partition: number, event: MessagePublished, isLarge: boolean, isLost: boolean): number {
    if (!isLarge) return this.#log.store(partition, event, isLost);
    const { frame, uid, retention } = event;
    const parts = [frame.subarray(0, FRAME_BYTES / 2), frame.subarray(FRAME_BYTES / 2)];
    const pieces = parts.map((part, index) => {
      const ordinal = index + 1;
      return this.#log.store(partition, {
        type: 'piece',
        topic: SLUG,
        uid,
        retention,
        ordinal,
        pieces: 2,
        part,
      });
    });
    return this.#log.store(partition, { ...event, pieces, frame: Buffer.alloc(0) }, isLost);
  }

  #note(message: Omit<PublishedMessage, 'at'>): void {
    this.#truth.messages.set(message.name, { ...message, at: now() });
  }
}
