import type { ConsumerConnection, ConsumerSocket } from '../../consumer.ts';
import { now } from './time.ts';
import type { PublishedMessage, Truth } from './truth.ts';

export interface Receipt {
  readonly message: PublishedMessage;
  readonly at: number;
}

/** The websocket of a consumer: what it was sent, and when it does not read. */
export class FakeSocket implements ConsumerSocket {
  readonly OPEN = 1;
  readyState: 0 | 1 | 2 | 3 = 1;
  bufferedAmount = 0;
  closedWith: number | undefined;
  readonly receipts: Receipt[] = [];
  /** It was sent something although it had not read what it may lag behind with. */
  wasOverrun = false;
  /** It did not read for a while. */
  wasSlow = false;
  readonly #truth: Truth;
  readonly #limit: number;
  readonly #closed: () => void;
  readonly #untaken: (() => void)[] = [];
  #isReading = true;

  constructor(truth: Truth, limit: number, closed: () => void) {
    this.#truth = truth;
    this.#limit = limit;
    this.#closed = closed;
  }

  sendText(data: Uint8Array, taken?: () => void): void {
    const text = Buffer.from(data).toString();
    // The question what a module can (AVL-6).
    if (text.startsWith('{')) return;
    const message = this.#truth.messages.get(text.trim());
    if (!message) throw new Error(`Nobody published ${text}.`);
    this.wasOverrun ||= this.bufferedAmount >= this.#limit;
    if (this.#isReading) taken?.();
    else {
      this.bufferedAmount += text.length;
      this.#untaken.push(() => taken?.());
    }
    this.receipts.push({ message, at: now() });
  }

  read(isReading: boolean): void {
    this.#isReading = isReading;
    if (!isReading) {
      this.wasSlow = true;
      return;
    }
    this.bufferedAmount = 0;
    for (const taken of this.#untaken.splice(0)) taken();
  }

  close(code?: number): void {
    if (this.readyState !== 1) return;
    this.readyState = 2;
    this.closedWith = code;
    this.#closed();
  }

  pause(): void {}

  resume(): void {}
}

/** A consumer connection as the world sees it. */
export class Client {
  readonly user: string;
  readonly connection: ConsumerConnection;
  readonly socket: FakeSocket;
  readonly came: number;
  /** Since everything was calm, no connection broke and the registry's leader was never away. */
  calmSince: number | undefined;
  /** When the handshake was completed. */
  openedAt: number | undefined;
  /** By then the edge had all that it needs to deliver at once: the topic, and where its log ends. */
  opened: { readonly uid: string; readonly logEnd: number } | undefined;
  /** Where the log ended when the edge last asked for this connection, by partition. */
  readonly toldEnds: Map<number, number>;
  /** How long the store had been away by then. */
  readonly storeWasAwayFor: number;
  /** What was gone when it came. */
  readonly gone: ReadonlySet<string>;

  constructor(
    parts: Pick<Client, 'user' | 'connection' | 'socket' | 'toldEnds' | 'storeWasAwayFor' | 'gone'>,
  ) {
    this.user = parts.user;
    this.connection = parts.connection;
    this.socket = parts.socket;
    this.toldEnds = parts.toldEnds;
    this.storeWasAwayFor = parts.storeWasAwayFor;
    this.gone = parts.gone;
    this.came = now();
  }

  get isOpen(): boolean {
    return this.openedAt !== undefined && this.socket.readyState === 1;
  }

  get received(): readonly PublishedMessage[] {
    return this.socket.receipts.map(({ message }) => message);
  }
}
