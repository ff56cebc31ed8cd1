import type { Limit, LimitWatch } from './limit-watch.ts';

/** A connection that makes the edge hold something in memory. */
export interface Holder {
  /** Whose share it uses. */
  readonly user: string;
  /** Ends the connection so that its client comes back, and lets go of what is held for it. */
  giveUp(): void;
}

/**
 * What the edge holds for all connections together, of one kind. Where that is too much, the connection goes for which
 * most is held, of the user for whom most is: nobody can cost another one his connection by having many of his own.
 */
export class HeldBytes {
  readonly #most: number;
  readonly #limit: Limit;
  readonly #watch: LimitWatch;
  readonly #held = new Map<Holder, number>();
  readonly #byUser = new Map<string, number>();
  #total = 0;

  constructor(most: number, limit: Limit, watch: LimitWatch) {
    this.#most = most;
    this.#limit = limit;
    this.#watch = watch;
  }

  get bytes(): number {
    return this.#total;
  }

  /** Whether those who can wait should. */
  get isScarce(): boolean {
    return this.#total >= this.#most / 2;
  }

  /** @param bytes that are held for a connection by now */
  set(holder: Holder, bytes: number): void {
    const change = bytes - (this.#held.get(holder) ?? 0);
    this.#total += change;
    note(this.#held, holder, bytes);
    note(this.#byUser, holder.user, (this.#byUser.get(holder.user) ?? 0) + change);
    while (this.#total > this.#most) this.#giveUpLargest();
  }

  #giveUpLargest(): void {
    const user = largestOf(this.#byUser);
    const own = [...this.#held].filter(([holder]) => holder.user === user);
    const largest = largestOf(own);
    this.#watch.hit(this.#limit);
    this.set(largest, 0);
    largest.giveUp();
  }
}

function note<Key>(held: Map<Key, number>, key: Key, bytes: number): void {
  if (bytes === 0) held.delete(key);
  else held.set(key, bytes);
}

function largestOf<Key>(held: Iterable<readonly [Key, number]>): Key {
  const [key] = [...held].reduce((one, other) => (other[1] > one[1] ? other : one));
  return key;
}
