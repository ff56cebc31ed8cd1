import type { LogEvent } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { RecordingContext } from './context.ts';

/** AVL-1: signs of life are recorded at most once a second per topic. */
const INTERVAL_MS = 1000;
const REMEMBERED_TOPICS = 10_000;

/** Records that a topic's consumers were asked or answered, where no event of the log says so already. */
export class SignsOfLife {
  readonly #context: RecordingContext;
  readonly #recorded = new Map<string, number>();

  constructor(context: RecordingContext) {
    this.#context = context;
  }

  /** The topic's consumers were sent something that the log does not hold as a message. */
  contacted(topic: RegisteredTopic, user: string): void {
    this.#record(topic, { type: 'backlog-sent', topic: topic.slug, uid: topic.uid, user });
  }

  /** A consumer sent a pong. */
  answered(topic: RegisteredTopic, user: string): void {
    this.#record(topic, { type: 'pong', topic: topic.slug, uid: topic.uid, user });
  }

  #record(topic: RegisteredTopic, event: LogEvent): void {
    const key = `${event.type} ${topic.uid}`;
    const now = performance.now();
    if (now - (this.#recorded.get(key) ?? Number.NEGATIVE_INFINITY) < INTERVAL_MS) return;
    if (this.#recorded.size >= REMEMBERED_TOPICS) this.#recorded.clear();
    this.#recorded.set(key, now);
    this.#context.appender.append(topic.partition, event).catch((error: unknown) => {
      this.#context.logger.warn({ err: error, topic: topic.slug }, 'a sign of life could not be recorded');
    });
  }
}
