import type { LimitWatch } from './limit-watch.ts';

export interface SlotLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxConnectionsPerUser: number;
}

export type SlotRefusal = 'connections' | 'connections per address' | 'connections per user';

/** A connection's place among those that an edge, an address and a user may have. */
export interface Slot {
  /** Counts it as the user's, too; says so where he has too many. */
  claim(user: string): SlotRefusal | undefined;
  /** Once or more often. */
  release(): void;
}

/** Counts connections from the moment they are asked for. */
export class ConnectionSlots {
  readonly #limits: SlotLimits;
  readonly #watch: LimitWatch;
  readonly #byAddress = new Map<string, number>();
  readonly #byUser = new Map<string, number>();
  #total = 0;

  constructor(limits: SlotLimits, watch: LimitWatch) {
    this.#limits = limits;
    this.#watch = watch;
  }

  get total(): number {
    return this.#total;
  }

  /** A place, or the reason why there is none. */
  take(address: string): Slot | SlotRefusal {
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    if (this.#total >= maxConnections) return this.#refuse('connections');
    if ((this.#byAddress.get(address) ?? 0) >= maxConnectionsPerAddress)
      return this.#refuse('connections per address');
    this.#total += 1;
    const releases = [() => this.#countDown(), count(this.#byAddress, address)];
    return {
      claim: (user) => {
        // It ended while somebody found out whose it is.
        if (releases.length === 0) return undefined;
        if ((this.#byUser.get(user) ?? 0) >= this.#limits.maxConnectionsPerUser)
          return this.#refuse('connections per user');
        releases.push(count(this.#byUser, user));
        return undefined;
      },
      release: () => {
        for (const release of releases.splice(0)) release();
      },
    };
  }

  #countDown(): void {
    this.#total -= 1;
  }

  #refuse(refusal: SlotRefusal): SlotRefusal {
    this.#watch.hit(refusal);
    return refusal;
  }
}

/** Counts one more under a key; gives what counts it less. */
function count(counts: Map<string, number>, key: string): () => void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return () => {
    const left = (counts.get(key) ?? 1) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
}
