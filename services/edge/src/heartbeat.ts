import type { WebSocket } from 'ws';

/**
 * Pings every connection and ends those whose peer has gone without a word (CLS-3). They are ended without
 * a Close frame: a client that was merely away reconnects.
 */
export class Heartbeat implements Disposable {
  readonly #lastPong = new Map<WebSocket, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param interval between pings; @param timeout without a pong: both in milliseconds */
  constructor(interval: number, timeout: number) {
    this.#timer = setInterval(() => this.#beat(timeout), interval);
  }

  watch(socket: WebSocket): void {
    this.#lastPong.set(socket, performance.now());
    socket.on('pong', () => this.#lastPong.set(socket, performance.now()));
    socket.once('close', () => this.#lastPong.delete(socket));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #beat(timeout: number): void {
    const oldest = performance.now() - timeout;
    for (const [socket, lastPong] of this.#lastPong) {
      if (lastPong < oldest) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }
  }
}
