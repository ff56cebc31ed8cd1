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
  readPieces,
  readTopicPage,
  subscribeLive,
  type TopicPage,
} from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogReader, Stores } from './frame-source.ts';
import type { LiveBus } from './topic-feed.ts';

/** The log, the live subjects and the stores, over an edge's connection to NATS. */
export class NatsPorts implements LogReader, LiveBus, Stores {
  readonly #nc: NatsConnection;
  readonly #streams: LogStreams;

  constructor(nc: NatsConnection, streams: LogStreams) {
    this.#nc = nc;
    this.#streams = streams;
  }

  end(partition: number): Promise<{ readonly last: number }> {
    return this.#streams.end(partition);
  }

  topicPage(partition: number, topic: Slug, after: number): Promise<TopicPage> {
    return readTopicPage(this.#nc, this.#streams.subjects, partition, topic, after);
  }

  wholeFrame(partition: number, pieces: readonly number[]): Promise<Uint8Array> {
    return readPieces(this.#nc, this.#streams.subjects, partition, pieces);
  }

  subscribe(
    topic: Slug,
    receive: (live: LiveEvent) => void,
    unreadable: (error: unknown) => void,
  ): LiveSubscription {
    return subscribeLive(this.#nc, this.#streams.subjects, topic, receive, unreadable);
  }

  backlogPage(question: BacklogQuestion, timeout: number): Promise<BacklogPage> {
    return askBacklog(this.#nc, this.#streams.subjects, question, timeout);
  }

  piece(question: PieceQuestion, timeout: number): Promise<Uint8Array | undefined> {
    return askPiece(this.#nc, this.#streams.subjects, question, timeout);
  }
}
