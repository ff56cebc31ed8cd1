import type { Socket } from 'node:net';
import { clientKey } from './client-address.ts';

interface Waiting {
  readonly socket: Socket;
  /** On the clock of `performance`. */
  readonly since: number;
}

/** Sockets that wait for their turn: addresses take turns, however many sockets one of them has. */
export class AddressTurns {
  /** The address whose turn is next comes first, and of each the socket that came first. */
  readonly #waiting = new Map<string, Waiting[]>();
  #size = 0;

  /** How many wait, with those that have gone meanwhile. */
  get size(): number {
    return this.#size;
  }

  add(socket: Socket): void {
    const address = clientKey(socket.remoteAddress ?? '');
    const own = this.#waiting.get(address);
    const one = { socket, since: performance.now() };
    this.#size += 1;
    if (own) own.push(one);
    else this.#waiting.set(address, [one]);
  }

  /** Whose turn it is of those that are still there. */
  next(): Socket | undefined {
    for (const [address, own] of this.#waiting) {
      const socket = this.#firstOf(own);
      this.#waiting.delete(address);
      if (own.length > 0) this.#waiting.set(address, own);
      if (socket) return socket;
    }
    return undefined;
  }

  /** Takes out those that have waited for longer than so many milliseconds, at most so many. */
  takeLate(patience: number, most: number): Socket[] {
    const began = performance.now() - patience;
    const late: Socket[] = [];
    for (const [address, own] of this.#waiting) {
      while (late.length < most && (own[0]?.since ?? began) < began) {
        const socket = this.#shift(own);
        if (socket && !socket.destroyed) late.push(socket);
      }
      if (own.length === 0) this.#waiting.delete(address);
    }
    return late;
  }

  #firstOf(own: Waiting[]): Socket | undefined {
    for (let socket = this.#shift(own); socket; socket = this.#shift(own)) {
      if (!socket.destroyed) return socket;
    }
    return undefined;
  }

  #shift(own: Waiting[]): Socket | undefined {
    const first = own.shift();
    if (first) this.#size -= 1;
    return first?.socket;
  }
}
