import type { Socket } from 'node:net';
import { AddressTurns } from './limits/address-turns.ts';
import type { WaitingSockets } from './limits/waiting-sockets.ts';

/** How often those that have sent a part of a request are looked at again, and those whose time is over. */
const LOOK_INTERVAL_MS = 20;
/** Of either in one look: the clients that are let in have the rest of the event loop's time. */
const SOCKETS_IN_A_LOOK = 20;
/** Of those, as many that have begun just now, which the network may have cut in two. */
const YOUNG_IN_A_LOOK = 15;
const YOUNG_MS = 200;

/** Between two that are passed on, each of which is work for a part of it: clients that are in come before them. */
const PAUSE_MS = 1;
/** With more of them there is no pause: they would wait for longer than a client does (URL-6). */
const MOST_PAUSED = 100;

const NOTHING = Buffer.alloc(0);
const HEAD_END = '\r\n\r\n';
const [A, Z] = [0x41, 0x5a];

export interface RequestOptions {
  readonly waiting: WaitingSockets;
  /** Milliseconds until a whole head must be there. */
  readonly timeout: number;
  readonly maxBytes: number;
  /** Whether a socket whose head has come was answered instead of having it parsed. */
  readonly turnAway: (socket: Socket) => boolean;
  /** Takes a socket whose head has come, and stands as if nothing had been read of it. */
  readonly pass: (socket: Socket) => void;
  /** Is told how many were ended as their request did not come. */
  readonly late: (sockets: number) => void;
}

/** What a socket has sent so far. */
interface Head {
  readonly bytes: Buffer;
  /** On the clock of `performance`. */
  readonly since: number;
}

/**
 * Reads what sockets send until it is the head of a request. Who sends it in one piece, as clients do, is passed on at
 * once where nobody waits, else in turns of their addresses: one socket, then time for all the rest. Who sends it bit by
 * bit is not read any more but when its turn comes: however many there are and however fast they send, they cost a fixed
 * share of the time. Where the network has cut a request in two, its second part does not wait behind all of them. Who
 * comes too often waits for no turn: he is answered at once.
 *
 * Sockets must come paused, with a high-water mark of one byte: then Node reads once, and again only when that was taken.
 */
export class UpgradeRequests implements Disposable {
  readonly #options: RequestOptions;
  readonly #heads = new Map<Socket, Head>();
  /** Those that have sent a part, by their turns. */
  readonly #young = new Set<Socket>();
  readonly #slow = new Set<Socket>();
  readonly #whole = new AddressTurns();
  #isPassing = false;
  readonly #timer: NodeJS.Timeout;

  constructor(options: RequestOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_INTERVAL_MS);
    this.#timer.unref();
  }

  receive(socket: Socket): void {
    socket.once('close', () => this.#forget(socket));
    socket.once('end', this.#onEnd);
    socket.once('readable', () => this.#look(socket));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  readonly #onEnd = function (this: Socket): void {
    this.destroy();
  };

  #look(socket: Socket): void {
    const chunk: Buffer | null = socket.read();
    const { bytes, since } = this.#heads.get(socket) ?? { bytes: NOTHING, since: performance.now() };
    const head = chunk ? Buffer.concat([bytes, chunk]) : bytes;
    if (chunk && this.#isEnough(head)) this.#setAside(socket, head);
    else if (!socket.destroyed) {
      this.#heads.set(socket, { bytes: head, since });
      (performance.now() - since < YOUNG_MS ? this.#young : this.#slow).add(socket);
    }
  }

  /** The head is there, or what can be none, which the parser says. */
  #isEnough(head: Buffer): boolean {
    const [first = 0] = head;
    return first < A || first > Z || head.length > this.#options.maxBytes || head.includes(HEAD_END);
  }

  #setAside(socket: Socket, head: Buffer): void {
    this.#forget(socket);
    socket.off('end', this.#onEnd);
    if (this.#options.turnAway(socket)) {
      socket.resume();
      return;
    }
    // At once: where the peer has ended its side, the end comes after what was not read.
    socket.unshift(head);
    this.#whole.add(socket);
    if (this.#isPassing) return;
    this.#isPassing = true;
    setImmediate(this.#passOne);
  }

  readonly #passOne = (): void => {
    const socket = this.#whole.next();
    this.#isPassing = socket !== undefined;
    if (!socket) return;
    if (this.#whole.size > MOST_PAUSED) setImmediate(this.#passOne);
    else setTimeout(this.#passOne, PAUSE_MS);
    this.#options.pass(socket);
    socket.resume();
  };

  #lookAgain(): void {
    const { waiting, timeout, late } = this.#options;
    const ended = waiting.endLate(timeout, SOCKETS_IN_A_LOOK);
    if (ended > 0) late(ended);
    const young = [...this.#young].slice(0, YOUNG_IN_A_LOOK);
    const slow = [...this.#slow].slice(0, SOCKETS_IN_A_LOOK - young.length);
    for (const socket of [...young, ...slow]) {
      this.#young.delete(socket);
      this.#slow.delete(socket);
      this.#look(socket);
    }
  }

  #forget(socket: Socket): void {
    this.#heads.delete(socket);
    this.#young.delete(socket);
    this.#slow.delete(socket);
  }
}
