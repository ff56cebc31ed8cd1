import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: tests look into frames as deep as they please.
export type Json = any;

export interface ConnectOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
}

const PATIENCE_MS = 10_000;

/** The edge answered an upgrade with an HTTP status. */
export class UpgradeRefused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`The upgrade was refused with ${status}: ${body}`);
    this.status = status;
    this.body = body;
  }
}

/** A websocket as a DASF client has one; keeps what it receives until somebody asks for it. */
export class DasfSocket implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #frames: string[] = [];
  readonly #waiting: ((frame: string) => void)[] = [];
  /** Close code and reason; 1006 where the connection ended without a Close frame. */
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      const waiting = this.#waiting.shift();
      if (waiting) waiting(data.toString());
      else this.#frames.push(data.toString());
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /**
   * @param base where the websocket addresses begin
   * @param path what follows, percent-encoded
   * @throws {UpgradeRefused}
   */
  static async connect(base: string, path: string, options: ConnectOptions = {}): Promise<DasfSocket> {
    const { token, headers = {}, protocols = [] } = options;
    const socket = new WebSocket(new URL(path, base), [...protocols], {
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    });
    const wrapped = new DasfSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
      socket.once('unexpected-response', (_request, response: IncomingMessage) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () => reject(new UpgradeRefused(response.statusCode ?? 0, body)));
      });
    });
    return wrapped;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a text frame as it is, an object as JSON, or bytes as a binary frame. */
  send(frame: string | object | Uint8Array): void {
    const isRaw = typeof frame === 'string' || frame instanceof Uint8Array;
    this.#socket.send(isRaw ? frame : JSON.stringify(frame));
  }

  /** The next frame as text. */
  nextText(patience = PATIENCE_MS): Promise<string> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve, reject) => {
      const take = (text: string) => {
        clearTimeout(timer);
        resolve(text);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(new Error(`No frame came within ${patience} ms.`));
      }, patience);
      this.#waiting.push(take);
    });
  }

  /** The next frame. */
  async next(patience = PATIENCE_MS): Promise<Json> {
    return JSON.parse(await this.nextText(patience));
  }

  /** The next frame that the broker did not send on its own account (pings, questions for a description). */
  async nextMessage(patience = PATIENCE_MS): Promise<Json> {
    for (;;) {
      const frame = await this.next(patience);
      if (!['ping', 'api_info'].includes(frame.properties?.messageType)) return frame;
    }
  }

  /** So many messages, in the order in which they came. */
  async messages(count: number, patience = PATIENCE_MS): Promise<Json[]> {
    const found: Json[] = [];
    while (found.length < count) found.push(await this.nextMessage(patience));
    return found;
  }

  /** Resolves where no message comes for a while; a check of absence has to wait for something. */
  async silence(milliseconds = 300): Promise<void> {
    const frame = await this.nextMessage(milliseconds).catch(() => undefined);
    if (frame !== undefined) throw new Error(`An unexpected frame came: ${JSON.stringify(frame)}`);
  }

  /** Publishes a frame and gives its answer. */
  async publish(frame: string | object): Promise<Json> {
    this.send(frame);
    return this.next();
  }

  acknowledge(frame: { messageId: string }): void {
    this.send({ messageId: frame.messageId });
  }

  /** Reads nothing more, as a client that hangs does: pings stay without a pong. */
  stopReading(): void {
    this.#socket.pause();
  }

  readAgain(): void {
    this.#socket.resume();
  }

  /** Resolves when sending shows that the broker has ended the connection of a client that does not read. */
  async terminatedByPeer(): Promise<'terminated'> {
    while (this.isOpen) {
      this.send('{}');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return 'terminated';
  }

  /** Ends the connection as a killed client does. */
  terminate(): void {
    this.#socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    const timer = setTimeout(() => this.#socket.terminate(), 500);
    await this.closed;
    clearTimeout(timer);
  }
}
