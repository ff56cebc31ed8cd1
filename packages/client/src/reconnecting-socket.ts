import WebSocket from 'ws';

export interface SocketOptions {
  /** Where the websocket addresses begin, such as `ws://127.0.0.1:8080/ws/`. */
  readonly url: string;
  readonly token?: string;
  readonly onText: (text: string) => void;
  /** Called at each connection, also after a loss. */
  readonly onOpen?: () => void;
  /** Called where the broker says that it is of no use to come back. */
  readonly onRefused?: (reason: Error) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Close codes after which a client must not come back as it is (protocol section 11). */
const FINAL_CODES = new Set([1003, 1009, 4401, 4403, 4404]);
const FINAL_STATUSES = new Set([401, 403, 404]);

/** A websocket that comes back after a loss, with growing pauses and jitter. */
export class ReconnectingSocket implements AsyncDisposable {
  readonly #address: string;
  readonly #options: SocketOptions;
  #socket: WebSocket | undefined;
  #pause = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(path: string, options: SocketOptions) {
    this.#address = new URL(path, options.url.endsWith('/') ? options.url : `${options.url}/`).href;
    this.#options = options;
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Sends if connected; who needs more sends again at `onOpen`. */
  send(text: string): void {
    if (this.isOpen) this.#socket?.send(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    await new Promise((resolve) => {
      socket.once('close', resolve);
      socket.close();
    });
  }

  #connect(): void {
    const { token, onText, onOpen } = this.#options;
    const socket = new WebSocket(this.#address, ['dasf'], {
      ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.#pause = FIRST_PAUSE_MS;
      onOpen?.();
    });
    socket.on('message', (data: Buffer) => onText(data.toString('utf8')));
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      socket.terminate();
      if (FINAL_STATUSES.has(response.statusCode ?? 0)) {
        this.#refuse(`The broker refused the connection: HTTP ${response.statusCode}.`);
      }
    });
    // What follows is told by `close`.
    socket.on('error', () => {});
    socket.on('close', (code, reason) => this.#closed(code, reason.toString()));
  }

  #closed(code: number, reason: string): void {
    if (FINAL_CODES.has(code)) this.#refuse(`The broker ended the connection: ${code} ${reason}.`);
    if (this.#ended) return;
    this.#timer = setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #refuse(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onRefused?.(new Error(reason));
  }
}
