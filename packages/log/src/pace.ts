/** What takes no longer than so many times the least was held up by nobody. */
const TOLERANCE = 2;
/** How many times what a piece of work was held up for is left to others. */
const GAIN = 4;
/** What took very long met an outage, not others. */
const LONGEST_REST_MS = 250;

/**
 * Paces work that can wait so that it gives way to what cannot, as delay-based congestion control does (RFC 6817):
 * the longer a piece of it takes beside the quickest one, the more else goes on, and the longer the rest after it.
 * Alone it goes as fast as it can; however much else goes on, it has a fifth of the time.
 */
export class Pace {
  #least = Number.POSITIVE_INFINITY;

  /** Does the work; resolves with what came of it, after a rest, or rejects at once. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const done = await work();
    const took = performance.now() - began;
    this.#least = Math.min(this.#least, took);
    const rest = Math.min(GAIN * (took - TOLERANCE * this.#least), LONGEST_REST_MS);
    if (rest >= 1) await new Promise((resolve) => setTimeout(resolve, rest));
    return done;
  }
}
