/** How long frames are worked on before the event loop gets to see to everything else. */
const SLICE_MS = 10;

/**
 * Whose frame is worked on next: users take turns, and so do the frames of one user's connections. A user who
 * sends a great deal waits for himself, and what all send together holds the event loop for a slice at most.
 */
export class Turns {
  readonly #slice: number;
  readonly #now: () => number;
  /** Those who wait, by user; the user whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #sliceEnds = 0;
  #isRunning = false;

  constructor(slice = SLICE_MS, now: () => number = () => performance.now()) {
    this.#slice = slice;
    this.#now = now;
  }

  /** Resolves when it is this user's turn; what follows, up to the next wait for something else, belongs to it. */
  next(user: string): Promise<void> {
    return new Promise((resolve) => {
      const own = this.#waiting.get(user);
      if (own) own.push(resolve);
      else this.#waiting.set(user, [resolve]);
      if (this.#isRunning) return;
      this.#isRunning = true;
      setImmediate(this.#begin);
    });
  }

  readonly #begin = (): void => {
    this.#sliceEnds = this.#now() + this.#slice;
    this.#goOn();
  };

  readonly #goOn = (): void => {
    const [first] = this.#waiting;
    if (!first) {
      this.#isRunning = false;
    } else if (this.#now() >= this.#sliceEnds) {
      setImmediate(this.#begin);
    } else {
      this.#take(...first);
      // After all that the turn does without waiting: microtasks run before the next tick does.
      queueMicrotask(() => process.nextTick(this.#goOn));
    }
  };

  #take(user: string, own: (() => void)[]): void {
    const turn = own.shift();
    this.#waiting.delete(user);
    if (own.length > 0) this.#waiting.set(user, own);
    turn?.();
  }
}
