import { Refusals } from '@dasf-broker/nats';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppendError } from './append-error.ts';
import { AppendOutcomes } from './append-outcomes.ts';
import type { Entry } from './batch.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { EVENT_HEADER, encodeEvent } from './event-codec.ts';
import type { LogEvent } from './events.ts';
import { batchLength, expiryOf, type Group, takeExpiring } from './group.ts';
import { GroupWriter, unanswered } from './group-writer.ts';
import { PieceWriter } from './piece-writer.ts';
import { cut, isLarge, withoutFrame } from './pieces.ts';
import { PublishingOrder } from './publishing-order.ts';
import type { Subjects } from './subjects.ts';

export interface AppenderOptions {
  /** Milliseconds after which an append fails; its events may have been stored all the same (PUB-9). */
  readonly deadline: number;
  /** A connection of their own for pieces of large frames: what is small does not wait behind them. */
  readonly bulk?: NatsConnection;
}

/** A stream takes 64 KiB of headers; the id and those of the batch need some of it. */
const MAX_HEADER_BYTES = 60 * 1024;
const HEADROOM_BYTES = 4 * 1024;
/** The part of its deadline that a group must have left to be sent: it must not cut short those it goes with. */
const LEAST_LEFT = 0.1;

/**
 * Appends events to the log with group commit: while one batch of a partition is being made durable, what
 * comes waits and makes the next batch. So the batch grows with the load by itself and nothing waits for a
 * timer; and as a partition has one unfinished batch at most, events are stored in the order of the calls.
 *
 * A message that is too large for one event goes in pieces, which are stored beforehand and beside the batches;
 * it takes its place when they are there, and what the same user sends to its topic later waits for it.
 */
export class Appender implements AsyncDisposable {
  readonly #nc: NatsConnection;
  readonly #subjects: Subjects;
  readonly #deadline: number;
  readonly #connection: ConnectionWatch;
  readonly #refusals: Refusals;
  readonly #pieces: PieceWriter;
  readonly #groups: GroupWriter;
  readonly #outcomes = new AppendOutcomes();
  readonly #order = new PublishingOrder();
  readonly #queues = new Map<number, Group[]>();
  readonly #writers = new Map<number, Promise<void>>();

  constructor(nc: NatsConnection, subjects: Subjects, { deadline, bulk = nc }: AppenderOptions) {
    this.#nc = nc;
    this.#subjects = subjects;
    this.#deadline = deadline;
    this.#connection = new ConnectionWatch(nc);
    this.#refusals = new Refusals(nc);
    this.#pieces = new PieceWriter(bulk, deadline);
    this.#groups = new GroupWriter(nc, this.#connection, this.#refusals);
  }

  /**
   * Resolves when the events are durable, in this order and without others between them. Where a client
   * sends a message id again within the de-duplication window, or a ping has the id of an earlier one of its
   * topic, the first one stands.
   *
   * @throws {AppendError} within the deadline, where the outcome is unknown; at once for events that are too
   *   large. What is stored in pieces, and what waits for it, has its deadline anew with each piece.
   */
  append(partition: number, ...events: readonly LogEvent[]): Promise<void> {
    const began = performance.now();
    const entries = events
      .flatMap((event) => this.#shapesOf(event))
      .map((event) => this.#entryOf(partition, event));
    if (!entries.every((entry) => this.#fits(entry))) return Promise.reject(tooLarge());
    const message = events.find((event) => event.type === 'message');
    const publisher = message && `${message.uid} ${message.user}`;
    const inPieces = events.some(isLarge) ? this.#storePieces(partition, events) : undefined;
    const repeats = events.every((event) => event.type === 'ack' || isAnswer(event));
    const appended = this.#order.enter(publisher, inPieces, (stored) =>
      this.#enqueue(partition, { entries: stored ?? entries, repeats }, began),
    );
    this.#outcomes.follow(partition, appended);
    return appended;
  }

  /** Partitions that did not take what was appended last, and why. */
  get faults(): ReadonlyMap<number, string> {
    return this.#outcomes.faults;
  }

  /** Waits for what was appended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#order.settled();
    await Promise.all(this.#writers.values());
    this.#connection[Symbol.dispose]();
    this.#refusals[Symbol.dispose]();
    this.#pieces[Symbol.dispose]();
  }

  /** What will be stored of an event, as far as it can be known before its pieces are. */
  #shapesOf(event: LogEvent): readonly LogEvent[] {
    if (!isLarge(event)) return [event];
    const pieces = cut(event);
    return [
      ...pieces.slice(0, 1),
      withoutFrame(
        event,
        pieces.map(() => Number.MAX_SAFE_INTEGER),
      ),
    ];
  }

  async #storePieces(partition: number, events: readonly LogEvent[]): Promise<readonly Entry[]> {
    const stored = events.map(async (event) => {
      if (!isLarge(event)) return event;
      const pieces = cut(event).map((piece) => this.#entryOf(partition, piece));
      return withoutFrame(event, await this.#pieces.store(partition, pieces));
    });
    return (await Promise.all(stored)).map((event) => this.#entryOf(partition, event));
  }

  #enqueue(partition: number, call: Pick<Group, 'entries' | 'repeats'>, began: number): Promise<void> {
    const bytes = call.entries.reduce((sum, entry) => sum + entry.body.length, 0);
    // What had to wait for pieces is not late as long as the log takes them.
    const expires = Math.max(began, this.#pieces.progressOf(partition)) + this.#deadline;
    return new Promise((stored, failed) => {
      const queue = this.#queues.get(partition) ?? [];
      this.#queues.set(partition, queue);
      queue.push({ ...call, bytes, expires, stored, failed });
      if (!this.#writers.has(partition)) this.#writers.set(partition, this.#write(partition, queue));
    });
  }

  #entryOf(partition: number, event: LogEvent): Entry {
    const encoded = encodeEvent(event);
    const key = repetitionKey(event);
    if (key) encoded.headers.set('Nats-Msg-Id', Buffer.from(JSON.stringify(key)).toString('base64url'));
    return { subject: this.#subjects.stored(partition, event), ...encoded };
  }

  /** What the log would refuse must not get into a batch: those that go with it would be refused, too. */
  #fits({ headers, body }: Entry): boolean {
    // ASCII: as many bytes as characters.
    const size = headers.get(EVENT_HEADER).length;
    const room = this.#nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
    return size <= MAX_HEADER_BYTES && size + body.length <= room - HEADROOM_BYTES;
  }

  async #write(partition: number, queue: Group[]): Promise<void> {
    // Calls of the same tick go into one batch.
    await Promise.resolve();
    while (queue.length > 0) {
      const leastLeft = performance.now() + this.#deadline * LEAST_LEFT;
      for (const late of takeExpiring(queue, leastLeft)) late.failed(unanswered());
      if (queue.length === 0) break;
      if (this.#connection.isUp)
        queue.unshift(...(await this.#groups.store(queue.splice(0, batchLength(queue)))));
      else await this.#connection.untilUp(expiryOf(queue) - leastLeft);
    }
    this.#writers.delete(partition);
  }
}

/**
 * Answers are sent again here, because nobody else does it: a Python module drops an answer that was refused,
 * and its caller waits for ever.
 */
function isAnswer(event: LogEvent): boolean {
  return event.type === 'message' && event.sourceTopic !== undefined;
}

/** What two events have in common of which only the first is to be stored; `undefined`: all are. */
function repetitionKey(event: LogEvent): readonly string[] | undefined {
  // The user is part of the key: nobody can suppress another's message by guessing its id.
  if (event.type === 'message' && (event.clientId || isAnswer(event)))
    return [event.uid, event.user, event.messageId];
  // Two stores may think that a topic is due; they give its ping the same id.
  if (event.type === 'ping') return [event.uid, event.messageId];
  return undefined;
}

function tooLarge(): AppendError {
  return new AppendError('EVENT_TOO_LARGE', 'The event is larger than the log takes.');
}
