import {
  askBacklog,
  askPiece,
  type BacklogPage,
  type BacklogQuestion,
  type PieceQuestion,
} from '@dasf-broker/backlog';
import {
  type LiveEvent,
  type LiveSubscription,
  type LogStreams,
  Pace,
  readPiece,
  readTopicPage,
  subscribeLive,
  type TopicPage,
} from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogReader, Stores } from './frame-source.ts';
import type { UnreadableMessages } from './observe/unreadable-messages.ts';
import type { LiveBus } from './topic-feed.ts';

/** The log, the live subjects and the stores, over an edge's connections to NATS. */
export class NatsPorts implements LogReader, LiveBus, Stores {
  readonly #nc: NatsConnection;
  readonly #bulk: NatsConnection;
  readonly #streams: LogStreams;
  readonly #pace = new Pace();
  readonly #unreadable: Pick<UnreadableMessages, 'note'>;

  /** @param bulk for pieces of large frames: what is small does not wait behind them */
  constructor(
    nc: NatsConnection,
    streams: LogStreams,
    unreadable: Pick<UnreadableMessages, 'note'>,
    bulk: NatsConnection = nc,
  ) {
    this.#nc = nc;
    this.#bulk = bulk;
    this.#streams = streams;
    this.#unreadable = unreadable;
  }

  end(partition: number): Promise<{ readonly last: number }> {
    return this.#streams.end(partition);
  }

  topicPage(partition: number, topic: Slug, after: number): Promise<TopicPage> {
    return readTopicPage(this.#nc, this.#streams.subjects, partition, topic, after);
  }

  framePiece(partition: number, sequence: number): Promise<Uint8Array> {
    return this.#pace.run(() => readPiece(this.#bulk, this.#streams.subjects, partition, sequence));
  }

  subscribe(topic: Slug, receive: (live: LiveEvent) => void): LiveSubscription {
    const unreadable = (error: unknown) => this.#unreadable.note('live event', error, { topic });
    return subscribeLive(this.#nc, this.#streams.subjects, topic, receive, unreadable);
  }

  backlogPage(question: BacklogQuestion, timeout: number): Promise<BacklogPage> {
    return askBacklog(this.#nc, this.#streams.subjects, question, timeout);
  }

  piece(question: PieceQuestion, timeout: number): Promise<Uint8Array | undefined> {
    return this.#pace.run(() => askPiece(this.#bulk, this.#streams.subjects, question, timeout));
  }
}
