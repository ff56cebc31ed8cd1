import type { LogEvent } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { WebSocket } from 'ws';
import type { RecordingContext } from './context.ts';

export type PausableSocket = Pick<WebSocket, 'isPaused' | 'pause' | 'resume'>;

/** Acknowledgements of one connection that may be on their way to the log before reading pauses. */
const MAX_IN_FLIGHT = 64;
/** Sequences stand in an event's header, of which the log takes 64 KiB. */
const MAX_SEQUENCES = 2000;

/** Appends what one connection acknowledges; what comes in one turn goes together (ACK-1). */
export class Acknowledgements {
  readonly #context: RecordingContext;
  readonly #socket: PausableSocket;
  readonly #user: string;
  #sequences: number[] = [];
  #flushing: NodeJS.Immediate | undefined;
  #inFlight = 0;

  constructor(context: RecordingContext, socket: PausableSocket, user: string) {
    this.#context = context;
    this.#socket = socket;
    this.#user = user;
  }

  /** @param sequences of messages that were delivered on this connection; empty for an id that was not */
  add(topic: RegisteredTopic, messageId: string, sequences: readonly number[]): void {
    if (sequences.length === 0) {
      // The store looks it up; known or not, it is a sign of life (ACK-4).
      this.#append(topic, { ...this.#base(topic), sequences, messageId });
      return;
    }
    this.#sequences.push(...sequences);
    this.#flushing ??= setImmediate(() => this.flush(topic));
  }

  flush(topic: RegisteredTopic): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const acknowledged = this.#sequences;
    this.#sequences = [];
    for (let at = 0; at < acknowledged.length; at += MAX_SEQUENCES) {
      const sequences = acknowledged.slice(at, at + MAX_SEQUENCES);
      this.#append(topic, { ...this.#base(topic), sequences });
    }
  }

  #base(topic: RegisteredTopic) {
    return { type: 'ack', topic: topic.slug, uid: topic.uid, user: this.#user } as const;
  }

  #append(topic: RegisteredTopic, event: LogEvent): void {
    this.#inFlight += 1;
    if (this.#inFlight >= MAX_IN_FLIGHT) this.#socket.pause();
    this.#context.appender
      .append(topic.partition, event)
      .catch((error: unknown) => {
        // The messages come again when this user reconnects (DLV-6).
        this.#context.logger.warn({ err: error, topic: topic.slug }, 'an acknowledgement was lost');
      })
      .finally(() => {
        this.#inFlight -= 1;
        if (this.#socket.isPaused && this.#inFlight < MAX_IN_FLIGHT / 2) this.#socket.resume();
      });
  }
}
