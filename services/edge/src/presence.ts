import type { LogEvent } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { ConsumerContext } from './context.ts';

type PresenceContext = Pick<ConsumerContext, 'appender' | 'lease' | 'logger'>;

const RETRY_PAUSE_MS = 1000;
/** Where the log is away for longer than all these, the edge counts as gone, and its consumers with it. */
const ATTEMPTS = 100;

interface Joined {
  readonly topic: RegisteredTopic;
  readonly edge: string;
  readonly connection: string;
}

/** Tells the log that a consumer is there, and that it has gone (GC-2). */
export class Presence {
  readonly #context: PresenceContext;
  readonly #user: string;
  readonly #subscription: string;
  #joined: Joined | undefined;

  constructor(context: PresenceContext, user: string, subscription: string) {
    this.#context = context;
    this.#user = user;
    this.#subscription = subscription;
  }

  /** Each time as another connection: for each topic of this name, and for each name of this edge. */
  join(topic: RegisteredTopic): void {
    this.#joined = { topic, edge: this.#context.lease.edge, connection: crypto.randomUUID() };
    this.again();
  }

  /** The store may not know; what it knows already changes nothing. */
  again(): void {
    const joined = this.#joined;
    if (!joined) return;
    const subscription = this.#subscription;
    void this.#record(joined.topic, { ...this.#base(joined), type: 'joined', subscription }, () => {
      return this.#joined === joined;
    });
  }

  leave(): void {
    const joined = this.#joined;
    this.#joined = undefined;
    if (joined) void this.#record(joined.topic, { ...this.#base(joined), type: 'left' }, () => true);
  }

  #base({ topic, edge, connection }: Joined) {
    return { topic: topic.slug, uid: topic.uid, user: this.#user, edge, connection };
  }

  async #record(topic: RegisteredTopic, event: LogEvent, isSo: () => boolean): Promise<void> {
    const { appender, logger } = this.#context;
    for (let attempt = 0; attempt < ATTEMPTS && isSo(); attempt += 1) {
      try {
        return await appender.append(topic.partition, event);
      } catch (error) {
        logger.warn({ err: error, topic: topic.slug }, `${event.type} could not be recorded; trying again`);
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS).unref());
      }
    }
  }
}
