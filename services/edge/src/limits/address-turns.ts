import type { Socket } from 'node:net';
import { clientKey } from './client-address.ts';

/** Sockets that wait for their turn: addresses take turns, however many sockets one of them has. */
export class AddressTurns {
  /** The address whose turn is next comes first. */
  readonly #waiting = new Map<string, Socket[]>();
  #size = 0;

  /** How many wait, with those that have gone meanwhile. */
  get size(): number {
    return this.#size;
  }

  add(socket: Socket): void {
    const address = clientKey(socket.remoteAddress ?? '');
    const own = this.#waiting.get(address);
    this.#size += 1;
    if (own) own.push(socket);
    else this.#waiting.set(address, [socket]);
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

  #firstOf(own: Socket[]): Socket | undefined {
    for (let socket = own.shift(); socket; socket = own.shift()) {
      this.#size -= 1;
      if (!socket.destroyed) return socket;
    }
    return undefined;
  }
}
