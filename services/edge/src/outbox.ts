import type { WebSocket } from 'ws';

/**
 * What one consumer has yet to read. Bounded: who fills it must stop, and wait until it has drained
 * (DLV-8).
 */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #limit: number;

  /** @param limit bytes that may wait to be read */
  constructor(socket: WebSocket, limit: number) {
    this.#socket = socket;
    this.#limit = limit;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** No more may be sent for now. One frame is always taken, however large. */
  get isFull(): boolean {
    return this.#socket.bufferedAmount >= this.#limit;
  }

  /** Sends a frame as text; the bytes are shared by all receivers and must not change. */
  send(frame: Uint8Array): void {
    if (this.isOpen) this.#socket.send(frame, { binary: false });
  }

  /** Resolves when half of the outbox has been read, or the connection has ended. */
  async drained(): Promise<void> {
    while (this.isOpen && this.#socket.bufferedAmount > this.#limit / 2) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }
}

const DRAIN_POLL_MS = 10;
