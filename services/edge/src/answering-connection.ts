import {
  errorAnswer,
  type Frame,
  type FrameKey,
  okAnswer,
  Refusal,
  readFrame,
  refusals,
} from '@dasf-broker/protocol';
import type { Logger } from '@dasf-broker/telemetry';
import { type Client, shareOf } from './client.ts';
import type { Connection } from './connections.ts';
import { endForNow } from './end-for-now.ts';
import type { EdgeLimits } from './limits/edge-limits.ts';
import type { Holder } from './limits/held-bytes.ts';
import type { Limit } from './limits/limit-watch.ts';
import { OpenFrames } from './limits/open-frames.ts';
import type { Reading } from './limits/reading.ts';
import type { TokenBucket } from './limits/token-bucket.ts';
import type { PeerSocket } from './peer-socket.ts';

/** A frame that was let in. */
export interface Taken {
  readonly messageId: string;
  /** Resolves for the answer `ok`, rejects with a `Refusal`. */
  readonly done: Promise<void>;
}

/**
 * Lets one frame in; throws a `Refusal` where it is not allowed.
 *
 * @param arrived when it came, on the clock of `performance`
 */
export type TakeFrame = (frame: Frame, arrived: number) => Promise<Taken>;

/** What became of a frame; the number of a refusal (PUB-7) in words. */
export type AnswerResult = 'ok' | 'invalid' | 'refused' | 'unknown';

export interface AnsweringOptions {
  readonly take: TakeFrame;
  readonly client: Client;
  readonly limits: Pick<
    EdgeLimits,
    'settings' | 'turns' | 'inFlight' | 'queued' | 'refusals' | 'refusalsOfAll' | 'watch'
  >;
  /** Larger frames are answered, not taken (FRM-3). */
  readonly maxFrameBytes: number;
  readonly logger: Logger;
  /** A frame has its answer, so many seconds after it came. */
  readonly answered: (result: AnswerResult, seconds: number) => void;
}

/** An answer, and what it says. */
interface Answer {
  readonly text: string;
  readonly result: AnswerResult;
}

/** The number of refusals that cost a question to the registry's leader (PUB-7, PUB-10). */
const NOT_ALLOWED = 6;
/** What a frame that waits takes besides its bytes. */
const QUEUED_OVERHEAD_BYTES = 512;
const RESULTS: Readonly<Record<Refusal['number'], AnswerResult>> = {
  3: 'invalid',
  6: 'refused',
  8: 'unknown',
};
const LONGEST_PENALTY_MS = 1000;

interface Queued {
  readonly data: Buffer;
  readonly arrived: number;
}

/**
 * A connection whose frames each get exactly one answer, in the order of the frames (PUB-1). Frames are let
 * in one by one, their answers may be outstanding together; with too many of those, reading pauses.
 */
export class AnsweringConnection implements Connection, Holder {
  readonly ready = Promise.resolve();
  readonly user: string;
  readonly #options: AnsweringOptions;
  readonly #open: OpenFrames;
  #socket: PeerSocket | undefined;
  #reading: Reading | undefined;
  /** What came and is not let in. */
  #queue: Queued[] = [];
  #queuedBytes = 0;
  /** What was let in and has no answer. */
  #inFlight = 0;
  #oneAnswered: () => void = () => {};
  #taking = false;
  #answered: Promise<void> = Promise.resolve();

  constructor(options: AnsweringOptions) {
    this.#options = options;
    this.user = shareOf(options.client);
    this.#open = new OpenFrames(options.limits.settings, options.limits.watch);
  }

  attach(socket: PeerSocket, reading: Reading): void {
    this.#socket = socket;
    this.#reading = reading;
  }

  close(): void {
    this.#socket = undefined;
    this.#reading = undefined;
  }

  /** More waits than the edge can hold: the client comes back, and what was not answered was not taken. */
  giveUp(): void {
    const dropped = this.#queue;
    this.#queue = [];
    this.#noteQueued(-this.#queuedBytes);
    // First: what is settled lets the connection be read again.
    if (this.#socket) endForNow(this.#socket, 'too much at once');
    for (const { data } of dropped) this.#settle(data.length);
  }

  receive(data: Buffer): void {
    this.#open.add(data.length);
    this.#queue.push({ data, arrived: performance.now() });
    this.#noteQueued(data.length + QUEUED_OVERHEAD_BYTES);
    if (this.#isFull()) this.#reading?.hold('in flight');
    if (!this.#taking) void this.#takeAll();
  }

  async settled(): Promise<void> {
    while (this.#open.frames > 0) {
      await this.#answered;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #takeAll(): Promise<void> {
    this.#taking = true;
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      await this.#enter(next);
      if (this.#queue[0] === next) await this.#take(next);
      else this.#leave(next);
    }
    this.#taking = false;
  }

  async #enter({ data }: Queued): Promise<void> {
    const { inFlight, turns, settings } = this.#options.limits;
    while (this.#inFlight >= settings.maxInFlight) {
      await new Promise<void>((resolve) => {
        this.#oneAnswered = resolve;
      });
    }
    await inFlight.enter(this.user, data.length);
    this.#inFlight += 1;
    await turns.next(this.user);
  }

  #leave({ data }: Queued): void {
    this.#inFlight -= 1;
    this.#options.limits.inFlight.leave(this.user, data.length);
    this.#oneAnswered();
  }

  async #take(next: Queued): Promise<void> {
    this.#queue.shift();
    this.#noteQueued(-next.data.length - QUEUED_OVERHEAD_BYTES);
    const { answer, refused } = await this.#begin(next);
    this.#answered = this.#answered.then(async () => this.#send(await answer, next));
    if (refused) await this.#payFor(refused);
  }

  #noteQueued(change: number): void {
    this.#queuedBytes += change;
    this.#options.limits.queued.set(this, this.#queuedBytes);
  }

  async #begin({ data, arrived }: Queued): Promise<{ answer: Promise<Answer>; refused?: unknown }> {
    const { take, maxFrameBytes } = this.#options;
    const { key, frame, refusal } = readFrame(data);
    try {
      if (data.length > maxFrameBytes) throw this.#tooLarge();
      if (!frame) throw refusal;
      const { messageId, done } = await take(frame, arrived);
      const answer = done.then(
        (): Answer => ({ text: okAnswer({ ...key, messageId }), result: 'ok' }),
        // An id that the broker made is of no use to who sends the frame again.
        (error: unknown) => this.#errorAnswer(key, error),
      );
      return { answer };
    } catch (error) {
      return { answer: Promise.resolve(this.#errorAnswer(key, error)), refused: error };
    }
  }

  #tooLarge(): Refusal {
    this.#options.limits.watch.hit('frame size');
    return refusals.tooLarge(this.#options.maxFrameBytes);
  }

  /** Whoever sends a great deal that is not allowed waits before his next frame is looked at. */
  async #payFor(error: unknown): Promise<void> {
    if (!(error instanceof Refusal) || error.number !== NOT_ALLOWED) return;
    const { limits, client } = this.#options;
    // Nobody waits for the others, and they will fare no better.
    if (!this.#socket) return this.giveUp();
    const wait = Math.max(
      this.#charge('refusals per address', limits.refusals.of(client.address)),
      this.#charge('refusals of all', limits.refusalsOfAll),
    );
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  #charge(limit: Limit, bucket: TokenBucket): number {
    const wait = bucket.charge(1, LONGEST_PENALTY_MS);
    if (wait > 0) this.#options.limits.watch.hit(limit);
    return wait;
  }

  #errorAnswer(key: FrameKey, error: unknown): Answer {
    if (error instanceof Refusal) return { text: errorAnswer(key, error), result: RESULTS[error.number] };
    this.#options.logger.error({ err: error }, 'a frame failed for a reason that nobody foresaw');
    return { text: errorAnswer(key, refusals.unknownOutcome('The broker failed.')), result: 'unknown' };
  }

  #send({ text, result }: Answer, frame: Queued): void {
    this.#leave(frame);
    this.#options.answered(result, (performance.now() - frame.arrived) / 1000);
    const socket = this.#socket;
    const bytes = frame.data.length;
    // An answer that nobody reads takes room, too: it may hold as much as its frame.
    if (socket && socket.readyState === socket.OPEN)
      socket.sendText(Buffer.from(text), () => this.#settle(bytes));
    else this.#settle(bytes);
  }

  #settle(bytes: number): void {
    this.#open.remove(bytes);
    if (!this.#isFull()) this.#reading?.release('in flight');
  }

  #isFull(): boolean {
    const isWaiting = this.#queue.length > 0;
    return this.#open.isFull || (isWaiting && this.#options.limits.queued.isScarce);
  }
}
