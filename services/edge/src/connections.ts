import type { WebSocket } from 'ws';
import type { ConnectionDirectory } from './connection-directory.ts';
import { endForNow } from './end-for-now.ts';
import type { Reading } from './limits/reading.ts';
import type { PeerSocket } from './peer-socket.ts';

/** How long a peer may take to answer a Close frame, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;

/** One kind of connection: producer, pong or consumer. */
export interface Connection {
  /** Resolves when the handshake may be completed. */
  readonly ready: Promise<void>;
  /** The handshake is done. */
  attach(socket: PeerSocket, reading: Reading): void;
  /** A text frame came. */
  receive(data: Buffer): void;
  /** Resolves when all that the client sent so far has been answered. */
  settled(): Promise<void>;
  /** The connection has ended, or its handshake was not completed. */
  close(): void;
}

/** Every open connection of this edge. */
export class Connections {
  readonly directory: ConnectionDirectory;
  readonly #open = new Map<WebSocket, Connection>();

  constructor(directory: ConnectionDirectory) {
    this.directory = directory;
  }

  add(socket: WebSocket, connection: Connection): void {
    this.#open.set(socket, connection);
    socket.once('close', () => this.#open.delete(socket));
  }

  /** Resolves when every connection has its answers, or after `timeout` milliseconds. */
  async settled(timeout: number): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, timeout).unref());
    const all = Promise.all([...this.#open.values()].map((connection) => connection.settled()));
    await Promise.race([all, late]);
  }

  /** Ends every connection so that its client comes back. Resolves when they have ended. */
  async end(): Promise<void> {
    const ended = [...this.#open.keys()].map(async (socket) => {
      const closed = new Promise((resolve) => socket.once('close', resolve));
      endForNow(socket, 'restarting');
      const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(timer);
    });
    await Promise.all(ended);
  }
}
