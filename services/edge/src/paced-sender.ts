import type { HeldFrame } from './large-frames.ts';

/** Where a delivery puts frames. */
export interface FrameSink {
  /** The connection stands. What is sent later goes nowhere, and what fills the sink is never read. */
  readonly isOpen: boolean;
  /** No more may be sent for now. One frame is always taken, however large. */
  readonly isFull: boolean;
  send(frame: Uint8Array): void;
  /** Resolves when there is room, or the connection has ended. */
  drained(): Promise<void>;
}

/** What is known of a message besides its frame. */
export interface SentMessage {
  readonly messageId: string;
  readonly traceparent?: string;
}

/** A frame was sent; `sequence` is absent where the log does not hold it. */
export type Delivered = (message: SentMessage, sequence: number | undefined, bytes: number) => void;

/** Sends one consumer's frames no faster than it reads them (DLV-8), until its delivery is over. */
export class PacedSender {
  readonly #sink: FrameSink;
  readonly #delivered: Delivered;
  #stopped = false;

  constructor(sink: FrameSink, delivered: Delivered) {
    this.#sink = sink;
    this.#delivered = delivered;
  }

  /** A connection that is closing is over before anybody stops its delivery. */
  get isOver(): boolean {
    return this.#stopped || !this.#sink.isOpen;
  }

  get isFull(): boolean {
    return this.#sink.isFull;
  }

  /** Resolves when there is room, or it is over. */
  hasRoom(): Promise<void> {
    return this.#sink.drained();
  }

  stop(): void {
    this.#stopped = true;
  }

  send(message: SentMessage, sequence: number | undefined, frame: Uint8Array): void {
    this.#sink.send(frame);
    this.#delivered(message, sequence, frame.length);
  }

  /** Reads a frame, and sends it, when there is room for it; `false` where it is gone, or no longer wanted. */
  async sendOnceRead(
    message: SentMessage,
    sequence: number,
    read: (isUnwanted: () => boolean) => Promise<HeldFrame | undefined>,
  ): Promise<boolean> {
    for (;;) {
      await this.hasRoom();
      if (this.isOver) return false;
      using frame = await read(() => this.isOver);
      if (!frame || this.isOver) return false;
      // Read again later: it is not kept for who does not read.
      if (this.isFull) continue;
      this.send(message, sequence, frame.bytes);
      return true;
    }
  }
}
