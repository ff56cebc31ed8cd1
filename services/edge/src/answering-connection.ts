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
import type { WebSocket } from 'ws';
import type { Connection } from './connections.ts';

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

export interface AnsweringLimits {
  /** Larger frames are answered, not taken (FRM-3). */
  readonly maxFrameBytes: number;
  /** Frames of one connection that may wait for their answer. */
  readonly maxInFlight: number;
  /** Bytes of frames of one connection that may wait for their answer. */
  readonly maxInFlightBytes: number;
}

/**
 * A connection whose frames each get exactly one answer, in the order of the frames (PUB-1). Frames are let
 * in one by one, their answers may be outstanding together; with too many of those, reading pauses.
 */
export class AnsweringConnection implements Connection {
  readonly ready = Promise.resolve();
  #socket: WebSocket | undefined;
  readonly #take: TakeFrame;
  readonly #limits: AnsweringLimits;
  readonly #logger: Logger;
  readonly #queue: { readonly data: Buffer; readonly arrived: number }[] = [];
  #inFlight = 0;
  #inFlightBytes = 0;
  #taking = false;
  #answered: Promise<void> = Promise.resolve();

  constructor(take: TakeFrame, limits: AnsweringLimits, logger: Logger) {
    this.#take = take;
    this.#limits = limits;
    this.#logger = logger;
  }

  attach(socket: WebSocket): void {
    this.#socket = socket;
  }

  close(): void {
    this.#socket = undefined;
  }

  receive(data: Buffer): void {
    this.#inFlight += 1;
    this.#inFlightBytes += data.length;
    if (this.#isFull()) this.#socket?.pause();
    this.#queue.push({ data, arrived: performance.now() });
    if (!this.#taking) void this.#takeAll();
  }

  async settled(): Promise<void> {
    while (this.#inFlight > 0) {
      await this.#answered;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #takeAll(): Promise<void> {
    this.#taking = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const { data, arrived } = next;
      const { answer } = await this.#begin(data, arrived);
      const bytes = data.length;
      this.#answered = this.#answered.then(async () => this.#send(await answer, bytes));
    }
    this.#taking = false;
  }

  async #begin(data: Buffer, arrived: number): Promise<{ answer: Promise<string> }> {
    const { key, frame, refusal } = readFrame(data);
    try {
      if (data.length > this.#limits.maxFrameBytes) throw refusals.tooLarge(this.#limits.maxFrameBytes);
      if (!frame) throw refusal;
      const { messageId, done } = await this.#take(frame, arrived);
      const answer = done.then(
        () => okAnswer({ ...key, messageId }),
        // An id that the broker made is of no use to who sends the frame again.
        (error: unknown) => this.#errorAnswer(key, error),
      );
      return { answer };
    } catch (error) {
      return { answer: Promise.resolve(this.#errorAnswer(key, error)) };
    }
  }

  #errorAnswer(key: FrameKey, error: unknown): string {
    if (error instanceof Refusal) return errorAnswer(key, error);
    this.#logger.error({ err: error }, 'a frame failed for a reason that nobody foresaw');
    return errorAnswer(key, refusals.unknownOutcome('The broker failed.'));
  }

  #send(answer: string, bytes: number): void {
    const socket = this.#socket;
    // An answer that nobody reads takes room, too: it may hold as much as its frame.
    if (socket && socket.readyState === socket.OPEN) socket.send(answer, () => this.#settle(bytes));
    else this.#settle(bytes);
  }

  #settle(bytes: number): void {
    this.#inFlight -= 1;
    this.#inFlightBytes -= bytes;
    const socket = this.#socket;
    if (socket?.isPaused && !this.#isFull()) socket.resume();
  }

  #isFull(): boolean {
    return this.#inFlight >= this.#limits.maxInFlight || this.#inFlightBytes >= this.#limits.maxInFlightBytes;
  }
}
