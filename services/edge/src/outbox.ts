import type { WebSocket } from 'ws';
import type { FrameSink } from './delivery.ts';

export type OutboxSocket = Pick<WebSocket, 'OPEN' | 'readyState' | 'bufferedAmount' | 'send'>;

/**
 * What one consumer has yet to read. Bounded: who fills it must stop, and wait until it has drained
 * (DLV-8).
 */
export class Outbox implements FrameSink {
  readonly #socket: OutboxSocket;
  readonly #limit: number;
  readonly #mayPass: () => boolean;

  /**
   * @param limit bytes that may wait to be read
   * @param mayPass whether this user may be sent anything just now
   */
  constructor(socket: OutboxSocket, limit: number, mayPass: () => boolean) {
    this.#socket = socket;
    this.#limit = limit;
    this.#mayPass = mayPass;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get isFull(): boolean {
    return this.#socket.bufferedAmount >= this.#limit || !this.#mayPass();
  }

  /** Sends a frame as text; the bytes are shared by all receivers and must not change. */
  send(frame: Uint8Array): void {
    if (this.isOpen) this.#socket.send(frame, { binary: false });
  }

  /** Half of it has been read then, or the connection has ended. */
  async drained(): Promise<void> {
    while (this.isOpen && (this.#socket.bufferedAmount > this.#limit / 2 || !this.#mayPass())) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }
}

const DRAIN_POLL_MS = 10;
