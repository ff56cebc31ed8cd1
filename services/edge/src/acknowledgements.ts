import type { LogEvent } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { AcknowledgementRounds } from './acknowledgement-rounds.ts';
import { type Client, shareOf } from './client.ts';
import type { RecordingContext } from './context.ts';
import type { EdgeLimits } from './limits/edge-limits.ts';
import type { Reading } from './limits/reading.ts';

export interface AcknowledgingContext extends RecordingContext {
  readonly rounds: AcknowledgementRounds;
  readonly limits: Pick<EdgeLimits, 'settings' | 'watch' | 'unknownAcknowledgements'>;
}

/** Sequences stand in an event's header, of which the log takes 64 KiB. */
const MAX_SEQUENCES = 2000;

/** Appends what one connection acknowledges; what comes in one round goes together (ACK-1). */
export class Acknowledgements {
  readonly #context: AcknowledgingContext;
  readonly #reading: Reading;
  readonly #client: Client;
  readonly #endOfRound = () => this.flush();
  /** That the sequences are of. */
  #topic: RegisteredTopic | undefined;
  #sequences: number[] = [];
  #inFlight = 0;

  constructor(context: AcknowledgingContext, reading: Reading, client: Client) {
    this.#context = context;
    this.#reading = reading;
    this.#client = client;
  }

  /** @param sequences of messages that were delivered on this connection; empty for an id that was not */
  add(topic: RegisteredTopic, messageId: string, sequences: readonly number[]): void {
    if (sequences.length === 0) {
      // The store looks it up; known or not, it is a sign of life (ACK-4).
      this.#append(topic, { ...this.#base(topic), sequences, messageId });
      this.#payForUnknown();
      return;
    }
    if (this.#topic?.uid !== topic.uid) this.flush();
    this.#topic = topic;
    this.#sequences.push(...sequences);
    this.#context.rounds.join(topic.uid, this.#endOfRound);
  }

  flush(): void {
    const topic = this.#topic;
    if (!topic || this.#sequences.length === 0) return;
    this.#context.rounds.leave(this.#endOfRound);
    const acknowledged = this.#sequences;
    this.#sequences = [];
    for (let at = 0; at < acknowledged.length; at += MAX_SEQUENCES) {
      const sequences = acknowledged.slice(at, at + MAX_SEQUENCES);
      this.#append(topic, { ...this.#base(topic), sequences });
    }
  }

  /** Each is an event and a question to the database: whoever sends many is read more slowly. */
  #payForUnknown(): void {
    const { unknownAcknowledgements, watch } = this.#context.limits;
    const wait = unknownAcknowledgements.of(shareOf(this.#client)).charge(1);
    if (wait === 0) return;
    watch.hit('unknown acknowledgements per user');
    this.#reading.holdFor('unknown ids', wait);
  }

  #base(topic: RegisteredTopic) {
    return { type: 'ack', topic: topic.slug, uid: topic.uid, user: this.#client.user } as const;
  }

  #append(topic: RegisteredTopic, event: LogEvent): void {
    const { settings, watch } = this.#context.limits;
    this.#inFlight += 1;
    if (this.#inFlight === settings.maxInFlight) watch.hit('acknowledgements in flight per connection');
    if (this.#inFlight >= settings.maxInFlight) this.#reading.hold('acknowledgements');
    const stored = this.#context.appender
      .append(topic.partition, event)
      .catch((error: unknown) => {
        // The messages come again when this user reconnects (DLV-6).
        this.#context.logger.warn({ err: error, topic: topic.slug }, 'an acknowledgement was lost');
      })
      .finally(() => {
        this.#inFlight -= 1;
        if (this.#inFlight <= settings.maxInFlight / 2) this.#reading.release('acknowledgements');
      });
    this.#context.rounds.follow(topic.uid, stored);
  }
}
