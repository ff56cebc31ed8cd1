import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from './eventually.ts';
import { decodeFrame, encodeFrame, OPCODE, type ReceivedFrame, type WireFrame } from './wire-frame.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';

/** How an upgrade was answered. */
export interface UpgradeHead {
  readonly status: number;
  /** The lines after the first. */
  readonly lines: readonly string[];
}

export interface WireOptions {
  /** Keeps its side open when the other has ended. */
  readonly allowHalfOpen?: boolean;
  /** Where it comes from. */
  readonly localAddress?: string;
}

/** A connection that sends whatever bytes it is told to, and keeps what comes back. Answers no ping by itself. */
export class WireSocket implements AsyncDisposable {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #head: UpgradeHead | undefined;
  readonly frames: ReceivedFrame[] = [];
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async connect(address: string | URL, options: WireOptions = {}): Promise<WireSocket> {
    const { hostname, port } = new URL(address);
    const socket = connect({ ...options, host: hostname, port: Number(port), noDelay: true });
    const wire = new WireSocket(socket);
    await once(socket, 'connect');
    return wire;
  }

  /** Connects and asks for a websocket. */
  static async open(address: string | URL, headers: readonly string[] = []): Promise<WireSocket> {
    const wire = await WireSocket.connect(address);
    wire.write(upgradeRequest(address, headers));
    await wire.head();
    return wire;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && !this.#socket.readableEnded;
  }

  /** How the upgrade was answered. */
  async head(): Promise<UpgradeHead> {
    return eventually(() => this.#head ?? (this.isOpen ? undefined : { status: 0, lines: [] }));
  }

  /** What came after the head of an answer that was no upgrade. */
  get body(): string {
    return this.#received.toString();
  }

  /** The code of the Close frame that came; `undefined` where none did. */
  get closeCode(): number | undefined {
    const close = this.frames.find(({ opcode }) => opcode === OPCODE.close);
    return close && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : undefined;
  }

  get texts(): string[] {
    return this.frames
      .filter(({ opcode }) => opcode === OPCODE.text)
      .map(({ payload }) => payload.toString());
  }

  write(bytes: Uint8Array | string): boolean {
    return this.#socket.write(bytes);
  }

  send(frame: WireFrame | string): void {
    this.write(encodeFrame(typeof frame === 'string' ? { payload: frame } : frame));
  }

  /** Sends a text frame and gives the next text that comes. */
  async ask(text: string): Promise<string> {
    const before = this.texts.length;
    this.send(text);
    return eventually(() => this.texts[before]);
  }

  pause(): void {
    this.#socket.pause();
  }

  destroy(): void {
    this.#socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (!this.#head) this.#takeHead();
    while (this.#head?.status === 101) {
      const found = decodeFrame(this.#received);
      if (!found) return;
      this.frames.push(found.frame);
      this.#received = this.#received.subarray(found.end);
    }
  }

  #takeHead(): void {
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) return;
    const [first = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n');
    this.#head = { status: Number(first.split(' ')[1]), lines };
    this.#received = this.#received.subarray(end + HEAD_END.length);
  }
}

/** What a client sends to make a connection a websocket. */
export function upgradeRequest(address: string | URL, headers: readonly string[] = []): string {
  const { pathname, search, host } = new URL(address);
  const lines = [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    KEY,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
