import { type ConsumerBuffers, SCARCE_BUFFER_BYTES } from './limits/consumer-buffers.ts';
import type { FrameSink } from './paced-sender.ts';
import type { PeerSocket } from './peer-socket.ts';

export interface OutboxOptions {
  /** Bytes that may wait to be read. */
  readonly limit: number;
  /** What waits to be read by all consumers. */
  readonly all: ConsumerBuffers;
  /** Whether this user may be sent anything just now. */
  readonly mayPass: () => boolean;
}

export type OutboxSocket = Pick<PeerSocket, 'OPEN' | 'readyState' | 'bufferedAmount' | 'sendText'>;

/**
 * What one consumer has yet to read. Bounded: who fills it must stop, and wait until it has drained
 * (DLV-8). Where all consumers together have too much, each may have only a little.
 */
export class Outbox implements FrameSink {
  readonly #socket: OutboxSocket;
  readonly #options: OutboxOptions;

  constructor(socket: OutboxSocket, options: OutboxOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get isFull(): boolean {
    return this.#socket.bufferedAmount >= this.#most || !this.#options.mayPass();
  }

  /** Sends a frame as text; the bytes are shared by all receivers and must not change. */
  send(frame: Uint8Array): void {
    const { all } = this.#options;
    if (!this.isOpen) return;
    all.add(frame.length);
    this.#socket.sendText(frame, () => all.remove(frame.length));
  }

  /** Half of it has been read then, or the connection has ended. */
  async drained(): Promise<void> {
    const { limit, all } = this.#options;
    if (this.isOpen && this.#socket.bufferedAmount >= limit) all.noteFull();
    while (this.isOpen && (this.#socket.bufferedAmount > this.#most / 2 || !this.#options.mayPass())) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }

  get #most(): number {
    const { limit, all } = this.#options;
    return all.isFull ? Math.min(limit, SCARCE_BUFFER_BYTES) : limit;
  }
}

const DRAIN_POLL_MS = 10;
