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
import { type Client, shareOf } from './client.ts';
import type { Connection } from './connections.ts';
import type { EdgeLimits } from './limits/edge-limits.ts';
import type { Reading } from './limits/reading.ts';

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

export interface AnsweringOptions {
  readonly take: TakeFrame;
  readonly client: Client;
  readonly limits: Pick<EdgeLimits, 'turns' | 'inFlight' | 'refusals' | 'watch'>;
  /** Larger frames are answered, not taken (FRM-3). */
  readonly maxFrameBytes: number;
  readonly logger: Logger;
}

/** The number of refusals that cost a question to the registry's leader (PUB-7, PUB-10). */
const NOT_ALLOWED = 6;
const LONGEST_PENALTY_MS = 1000;

/**
 * A connection whose frames each get exactly one answer, in the order of the frames (PUB-1). Frames are let
 * in one by one, their answers may be outstanding together; with too many of those, reading pauses.
 */
export class AnsweringConnection implements Connection {
  readonly ready = Promise.resolve();
  readonly #options: AnsweringOptions;
  #socket: WebSocket | undefined;
  #reading: Reading | undefined;
  readonly #queue: { readonly data: Buffer; readonly arrived: number }[] = [];
  #inFlight = 0;
  #inFlightBytes = 0;
  #taking = false;
  #answered: Promise<void> = Promise.resolve();

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  attach(socket: WebSocket, reading: Reading): void {
    this.#socket = socket;
    this.#reading = reading;
    this.#options.limits.inFlight.join(reading);
  }

  close(): void {
    if (this.#reading) this.#options.limits.inFlight.leave(this.#reading);
    this.#socket = undefined;
    this.#reading = undefined;
  }

  receive(data: Buffer): void {
    this.#inFlight += 1;
    this.#inFlightBytes += data.length;
    this.#options.limits.inFlight.add(data.length);
    if (this.#isFull()) this.#reading?.hold('in flight');
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
    const { turns } = this.#options.limits;
    const share = shareOf(this.#options.client);
    this.#taking = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      await turns.next(share);
      const { data, arrived } = next;
      const { answer, refused } = await this.#begin(data, arrived);
      const bytes = data.length;
      this.#answered = this.#answered.then(async () => this.#send(await answer, bytes));
      if (refused) await this.#payFor(refused);
    }
    this.#taking = false;
  }

  async #begin(data: Buffer, arrived: number): Promise<{ answer: Promise<string>; refused?: unknown }> {
    const { take, maxFrameBytes } = this.#options;
    const { key, frame, refusal } = readFrame(data);
    try {
      if (data.length > maxFrameBytes) throw this.#tooLarge();
      if (!frame) throw refusal;
      const { messageId, done } = await take(frame, arrived);
      const answer = done.then(
        () => okAnswer({ ...key, messageId }),
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
    const wait = limits.refusals.of(client.address).charge(1);
    if (wait === 0) return;
    limits.watch.hit('refusals per address');
    await new Promise((resolve) => setTimeout(resolve, Math.min(wait, LONGEST_PENALTY_MS)));
  }

  #errorAnswer(key: FrameKey, error: unknown): string {
    if (error instanceof Refusal) return errorAnswer(key, error);
    this.#options.logger.error({ err: error }, 'a frame failed for a reason that nobody foresaw');
    return errorAnswer(key, refusals.unknownOutcome('The broker failed.'));
  }

  #send(answer: string, bytes: number): void {
    this.#options.limits.inFlight.remove(bytes);
    const socket = this.#socket;
    // An answer that nobody reads takes room, too: it may hold as much as its frame.
    if (socket && socket.readyState === socket.OPEN) socket.send(answer, () => this.#settle(bytes));
    else this.#settle(bytes);
  }

  #settle(bytes: number): void {
    this.#inFlight -= 1;
    this.#inFlightBytes -= bytes;
    if (!this.#isFull()) this.#reading?.release('in flight');
  }

  #isFull(): boolean {
    return this.#options.limits.inFlight.isEnough(this.#inFlight, this.#inFlightBytes);
  }
}
