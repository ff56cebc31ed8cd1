import type { Socket } from 'node:net';
import type { LimitWatch } from './limit-watch.ts';

export interface WaitingLimits {
  readonly maxWaitingSockets: number;
  readonly maxWaitingSocketsPerAddress: number;
}

interface Waiting {
  readonly address: string | undefined;
  /** On the clock of `performance`. */
  readonly since: number;
}

/**
 * Sockets that have not sent a whole request yet. Nobody knows whose they are, so that nobody is asked to come
 * again: where there are too many, the one that has waited longest goes. Clients send their request at once; who
 * sends it byte by byte makes room for them.
 */
export class WaitingSockets {
  readonly #limits: WaitingLimits;
  readonly #watch: LimitWatch;
  /** Oldest first, as are those of each address. */
  readonly #all = new Map<Socket, Waiting>();
  readonly #byAddress = new Map<string, Set<Socket>>();

  constructor(limits: WaitingLimits, watch: LimitWatch) {
    this.#limits = limits;
    this.#watch = watch;
  }

  get size(): number {
    return this.#all.size;
  }

  /** @param address whose share it takes; `undefined` for a proxy, which speaks for many */
  add(socket: Socket, address: string | undefined): void {
    const { maxWaitingSockets, maxWaitingSocketsPerAddress } = this.#limits;
    this.#all.set(socket, { address, since: performance.now() });
    socket.once('close', () => this.remove(socket));
    const own = address === undefined ? undefined : this.#own(address).add(socket);
    if (own && own.size > maxWaitingSocketsPerAddress) {
      this.#watch.hit('sockets without a request per address');
      this.#endFirst(own);
    } else if (this.#all.size > maxWaitingSockets) {
      this.#watch.hit('sockets without a request');
      this.#endFirst(this.#all.keys());
    }
  }

  /** Its request has come, or it has ended. */
  remove(socket: Socket): void {
    const address = this.#all.get(socket)?.address;
    this.#all.delete(socket);
    if (address === undefined) return;
    const own = this.#own(address);
    own.delete(socket);
    if (own.size === 0) this.#byAddress.delete(address);
  }

  /** Ends those that have waited longer than so many milliseconds, the oldest first; says how many. */
  endLate(patience: number, most = Number.POSITIVE_INFINITY): number {
    const began = performance.now() - patience;
    let ended = 0;
    for (const [socket, { since }] of this.#all) {
      if (since > began || ended === most) break;
      this.#end(socket);
      ended += 1;
    }
    return ended;
  }

  #own(address: string): Set<Socket> {
    const own = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, own);
    return own;
  }

  #endFirst(sockets: Iterable<Socket>): void {
    const [oldest] = sockets;
    if (oldest) this.#end(oldest);
  }

  #end(socket: Socket): void {
    this.remove(socket);
    socket.resetAndDestroy();
  }
}
