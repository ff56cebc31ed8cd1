import { once } from 'node:events';
import WebSocket from 'ws';

/** A websocket that measures: what comes is handed over as bytes, nothing is parsed. */
export class RawSocket implements AsyncDisposable {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(
    base: string,
    path: string,
    token: string,
    received: (data: Buffer, socket: RawSocket) => void,
  ): Promise<RawSocket> {
    const socket = new WebSocket(new URL(path, base), {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    const raw = new RawSocket(socket);
    socket.on('message', (data: Buffer) => received(data, raw));
    await once(socket, 'open');
    socket.on('error', () => {});
    return raw;
  }

  send(text: string | Buffer): void {
    this.#socket.send(text, { binary: false });
  }

  acknowledge(frame: Buffer): void {
    this.send(`{"messageId":"${idOf(frame)}"}`);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.terminate();
    await once(this.#socket, 'close');
  }
}

/** The benchmarks' frames and all answers begin with their id. */
export function idOf(frame: Buffer): string {
  return /^\{"messageId":"([^"]+)"/.exec(frame.toString('latin1', 0, 100))?.[1] ?? '';
}
