/** How many tickets users hold: those that are not too old yet, used or not. */
export class TicketQuota {
  readonly #most: number;
  readonly #lifetime: number;
  readonly #now: () => number;
  /** When they end, by user; who was given one last comes last. */
  readonly #ends = new Map<string, number[]>();

  /** @param lifetime of a ticket, in milliseconds */
  constructor(most: number, lifetime: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#lifetime = lifetime;
    this.#now = now;
  }

  get users(): number {
    return this.#ends.size;
  }

  /** Whether the user may have another one, which counts from now on. */
  take(user: string): boolean {
    const now = this.#now();
    this.#forget(now);
    const left = (this.#ends.get(user) ?? []).filter((end) => end > now);
    if (left.length >= this.#most) return false;
    this.#ends.delete(user);
    this.#ends.set(user, [...left, now + this.#lifetime]);
    return true;
  }

  #forget(now: number): void {
    for (const [user, ends] of this.#ends) {
      if ((ends.at(-1) ?? 0) > now) return;
      this.#ends.delete(user);
    }
  }
}
