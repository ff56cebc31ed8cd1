import { JetStreamApiError, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppendError } from './append-error.ts';
import { type Entry, storeBatch } from './batch.ts';
import { EVENT_HEADER, encodeEvent } from './event-codec.ts';
import type { ImportProgressed, LogEvent } from './events.ts';
import { PieceWriter } from './piece-writer.ts';
import { cut, isLarge, withoutFrame } from './pieces.ts';
import { storedEvent } from './stored-event.ts';
import type { Subjects } from './subjects.ts';

/** Where a partition's newest `imported` event stands; 0: the log holds none. */
export interface ImportMark {
  readonly sequence: number;
  readonly event?: ImportProgressed;
}

const NO_MESSAGE = 10037;
const ANSWER_WITHIN_MS = 10_000;
const PAUSE_MS = 200;
/** A stream takes 64 KiB of headers. */
const MAX_HEADER_BYTES = 60 * 1024;

/**
 * Writes what another broker held, each event once: a batch ends with how far it goes, and is stored on condition that
 * the one before it is still the newest. So whatever becomes of an answer, and whoever else may import at the same
 * time, what the log says of the last batch decides.
 */
export class ImportLog implements Disposable {
  readonly #nc: NatsConnection;
  readonly #jsm: JetStreamManager;
  readonly #subjects: Subjects;
  readonly #patience: number;
  readonly #pieces: PieceWriter;

  private constructor(nc: NatsConnection, jsm: JetStreamManager, subjects: Subjects, patience: number) {
    this.#nc = nc;
    this.#jsm = jsm;
    this.#subjects = subjects;
    this.#patience = patience;
    this.#pieces = new PieceWriter(nc, patience);
  }

  /** @param patience milliseconds that the log may be away */
  static async open(nc: NatsConnection, subjects: Subjects, patience: number): Promise<ImportLog> {
    return new ImportLog(nc, await jetstreamManager(nc, { checkAPI: false }), subjects, patience);
  }

  /** Asks the stream's leader. */
  async newest(partition: number): Promise<ImportMark> {
    const subject = this.#subjects.storedType(partition, 'imported');
    try {
      const found = await this.#jsm.streams.getMessage(this.#subjects.stream(partition), {
        last_by_subj: subject,
      });
      if (!found) return { sequence: 0 };
      const record = { subject, headers: found.header, body: found.data };
      const event = storedEvent(this.#subjects, partition, record) as ImportProgressed;
      return { sequence: found.seq, event };
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === NO_MESSAGE) return { sequence: 0 };
      throw error;
    }
  }

  /**
   * Stores events, and how far they go, all or none.
   *
   * @param after where the newest `imported` event must stand
   * @returns where the new one does
   * @throws {AppendError} `LOG_REFUSED` where another one came in between, which is another import's
   */
  async append(
    partition: number,
    events: readonly LogEvent[],
    progress: ImportProgressed,
    after: number,
  ): Promise<number> {
    const entries = await this.#entriesOf(partition, [...events, progress]);
    entries.at(-1)?.headers.set('Nats-Expected-Last-Subject-Sequence', `${after}`);
    const deadline = performance.now() + this.#patience;
    for (;;) {
      const failure = await this.#attempt(entries);
      if (typeof failure === 'number') return failure;
      const newest = await this.newest(partition).catch(() => undefined);
      if (newest && newest.sequence !== after) {
        if (isSame(newest.event, progress)) return newest.sequence;
        throw new AppendError('LOG_REFUSED', 'Another import is under way.', { cause: failure });
      }
      if (failure.code !== 'LOG_UNREACHABLE' || performance.now() > deadline) throw failure;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  [Symbol.dispose](): void {
    this.#pieces[Symbol.dispose]();
  }

  async #attempt(entries: readonly Entry[]): Promise<number | AppendError> {
    try {
      const outcome = await storeBatch(this.#nc, entries, ANSWER_WITHIN_MS);
      if (outcome.kind === 'stored') return outcome.last;
      return new AppendError('LOG_UNREACHABLE', 'The log is busy.');
    } catch (error) {
      if (error instanceof AppendError) return error;
      throw error;
    }
  }

  async #entriesOf(partition: number, events: readonly LogEvent[]): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    for (const event of events) {
      if (!isLarge(event)) entries.push(this.#entryOf(partition, event));
      else {
        const pieces = cut(event).map((piece) => this.#entryOf(partition, piece));
        const stored = await this.#pieces.store(partition, pieces);
        entries.push(this.#entryOf(partition, withoutFrame(event, stored)));
      }
    }
    return entries;
  }

  #entryOf(partition: number, event: LogEvent): Entry {
    const entry = { subject: this.#subjects.stored(partition, event), ...encodeEvent(event) };
    if (entry.headers.get(EVENT_HEADER).length <= MAX_HEADER_BYTES) return entry;
    throw new AppendError(
      'EVENT_TOO_LARGE',
      `What is said about a ${event.type} is more than the log takes.`,
    );
  }
}

function isSame(one: ImportProgressed | undefined, other: ImportProgressed): boolean {
  return one?.source === other.source && one.topics === other.topics && one.messages === other.messages;
}
