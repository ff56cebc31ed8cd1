import type { BacklogPage, BacklogQuestion, OutstandingMessage, PieceQuestion } from '@dasf-broker/backlog';
import { type ConnectionWatch, type MessagePublished, PieceMissing, type TopicPage } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { Logger } from '@dasf-broker/telemetry';
import type { BacklogReader } from './backlog-delivery.ts';
import type { FrameSource } from './delivery.ts';
import { atHand, type HeldFrame, type LargeFrames } from './large-frames.ts';

/** The log. Each call is one question, which may fail. */
export interface LogReader {
  /** Where a partition ends; no older than the question. */
  end(partition: number): Promise<{ readonly last: number }>;
  /** A page of a topic's frames; a copy of the log that lags behind may answer. */
  topicPage(partition: number, topic: Slug, after: number): Promise<TopicPage>;
  /**
   * The piece of a large frame that stands at a sequence.
   *
   * @throws {PieceMissing}
   */
  framePiece(partition: number, sequence: number): Promise<Uint8Array>;
}

/** The stores. Each call is one question to whichever holds the partition, and may fail. */
export interface Stores {
  backlogPage(question: BacklogQuestion, timeout: number): Promise<BacklogPage>;
  /** `undefined` where the message is gone. */
  piece(question: PieceQuestion, timeout: number): Promise<Uint8Array | undefined>;
}

export interface FrameSourceContext {
  readonly log: LogReader;
  readonly stores: Stores;
  readonly frames: Pick<LargeFrames, 'read'>;
  readonly connection: Pick<ConnectionWatch, 'isUp' | 'untilUp' | 'whileUp'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** How long one question may take. */
const ANSWER_TIMEOUT_MS = 5000;
const RETRY_PAUSE_MS = 250;
const TAIL_PAUSE_MS = 50;
const TAIL_ATTEMPTS = 20;

type IsUnwanted = () => boolean;
/** Asks the registry; rejects where its leader must be asked and is away. */
type IsAllowed = () => Promise<boolean>;

/**
 * A large frame whose message stands at a sequence.
 *
 * @throws {PieceMissing}
 */
export function readFromLog(
  { log, frames }: { log: Pick<LogReader, 'framePiece'>; frames: Pick<LargeFrames, 'read'> },
  partition: number,
  sequence: number,
  pieces: readonly number[],
): Promise<HeldFrame | undefined> {
  return frames.read(`log/${partition}/${sequence}`, pieces.length, (ordinal) =>
    log.framePiece(partition, pieces[ordinal - 1] ?? 0),
  );
}

/** What one user is owed of a topic, from the store and from the log. Asks again for as long as it takes. */
export class PatientFrameSource implements FrameSource {
  readonly #context: FrameSourceContext;
  readonly #topic: RegisteredTopic;
  readonly #user: string;
  readonly #isAllowed: IsAllowed;

  constructor(context: FrameSourceContext, topic: RegisteredTopic, user: string, isAllowed: IsAllowed) {
    this.#context = context;
    this.#topic = topic;
    this.#user = user;
    this.#isAllowed = isAllowed;
  }

  async mayBeSent(isUnwanted: IsUnwanted): Promise<boolean> {
    while (!isUnwanted()) {
      if (await this.#isAllowed().catch(() => false)) return !isUnwanted();
      await pause(RETRY_PAUSE_MS);
    }
    return false;
  }

  async logEnd(isUnwanted: IsUnwanted): Promise<number | undefined> {
    const { log } = this.#context;
    while (!isUnwanted()) {
      const end = await this.#ask(() => log.end(this.#topic.partition)).catch(() => undefined);
      if (end) return end.last;
      await pause(RETRY_PAUSE_MS);
    }
    return undefined;
  }

  backlog(upTo: number): BacklogReader {
    return new BacklogPages(this.#context, this.#topic, this.#user, upTo);
  }

  async logPage(after: number, atLeast: number, isUnwanted: IsUnwanted): Promise<TopicPage | undefined> {
    for (let attempt = 0; !isUnwanted(); attempt += 1) {
      const page = await this.#tryLogPage(after);
      if (!page) await pause(RETRY_PAUSE_MS);
      // A copy of the log that lags behind is asked again; what it lacks after that has been truncated.
      else if (page.end && page.last < atLeast && attempt < TAIL_ATTEMPTS) await pause(TAIL_PAUSE_MS);
      else return page;
    }
    return undefined;
  }

  async frameInLog(message: MessagePublished, sequence: number, isUnwanted: IsUnwanted) {
    const { frame, pieces, messageId } = message;
    if (pieces === undefined) return atHand(frame);
    const { logger } = this.#context;
    while (!isUnwanted()) {
      try {
        return await readFromLog(this.#context, this.#topic.partition, sequence, pieces);
      } catch (error) {
        // The log has been truncated between them; the store has what is still owed.
        if (error instanceof PieceMissing) {
          return await this.backlog(sequence).frameOf(
            { frame, pieces: pieces.length, sequence, messageId },
            isUnwanted,
          );
        }
        logger.warn({ err: error }, 'a large frame could not be read from the log; trying again');
        await pause(RETRY_PAUSE_MS);
      }
    }
    return undefined;
  }

  async #tryLogPage(after: number): Promise<TopicPage | undefined> {
    const { log, logger } = this.#context;
    const { slug, partition } = this.#topic;
    try {
      return await this.#ask(() => log.topicPage(partition, slug, after));
    } catch (error) {
      logger.warn({ err: error, topic: slug }, 'catching up from the log failed; trying again');
      return undefined;
    }
  }

  /** Asks while the connection stands: what is on its way when it breaks has no answer any more. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    const { connection } = this.#context;
    await connection.untilUp(RETRY_PAUSE_MS);
    if (!connection.isUp) throw new Error('There is no connection to NATS.');
    return connection.whileUp(question());
  }
}

/** Asks for a backlog page by page; each page once. */
class BacklogPages implements BacklogReader {
  readonly #context: FrameSourceContext;
  readonly #topic: RegisteredTopic;
  readonly #user: string;
  readonly #upTo: number;
  #after = 0;
  #waited = 0;

  constructor(context: FrameSourceContext, topic: RegisteredTopic, user: string, upTo: number) {
    this.#upTo = upTo;
    this.#context = context;
    this.#topic = topic;
    this.#user = user;
  }

  get waited(): number {
    return this.#waited;
  }

  async next(): Promise<BacklogPage | undefined> {
    const { connection } = this.#context;
    await connection.untilUp(RETRY_PAUSE_MS);
    if (!connection.isUp) return undefined;
    const began = performance.now();
    try {
      const page = await connection.whileUp(this.#ask());
      this.#after = page.messages.at(-1)?.sequence ?? this.#after;
      return page;
    } catch {
      await pause(RETRY_PAUSE_MS);
      if (connection.isUp) this.#waited += performance.now() - began;
      return undefined;
    }
  }

  async frameOf(
    { frame, pieces, sequence }: OutstandingMessage,
    isUnwanted: IsUnwanted,
  ): Promise<HeldFrame | undefined> {
    if (pieces === undefined) return atHand(frame);
    const name = `store/${this.#topic.partition}/${sequence}`;
    while (!isUnwanted()) {
      try {
        return await this.#context.frames.read(name, pieces, (ordinal) => this.#askPiece(sequence, ordinal));
      } catch {
        // Nothing of it is kept meanwhile: others may be waiting for the room.
        await pause(RETRY_PAUSE_MS);
      }
    }
    return undefined;
  }

  /** A store that answers late that it cannot answer is asked again, but not for longer than in all. */
  get #patience(): number {
    const left = Math.ceil(ANSWER_TIMEOUT_MS - this.#waited);
    return left > 0 ? left : ANSWER_TIMEOUT_MS;
  }

  #askPiece(sequence: number, ordinal: number): Promise<Uint8Array | undefined> {
    const { stores, connection } = this.#context;
    const question = { partition: this.#topic.partition, sequence, ordinal };
    return connection.whileUp(stores.piece(question, ANSWER_TIMEOUT_MS));
  }

  #ask(): Promise<BacklogPage> {
    const { slug, uid, partition } = this.#topic;
    const question = { partition, topic: slug, uid, user: this.#user, after: this.#after, upTo: this.#upTo };
    return this.#context.stores.backlogPage(question, this.#patience);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
