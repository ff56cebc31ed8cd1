/** What has not come by then may never come, and whoever asks later does not wait for it; in milliseconds. */
const PATIENCE_MS = 500;

/**
 * One reading answers all who asked before it began: each question of the same moment is as good as its own
 * reading, and a herd of them costs two.
 */
export class SharedRead<T> {
  readonly #read: () => Promise<T>;
  readonly #patience: number;
  #current: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(read: () => Promise<T>, patience = PATIENCE_MS) {
    this.#read = read;
    this.#patience = patience;
  }

  /** The outcome of a reading that began after this call. */
  get(): Promise<T> {
    if (!this.#current) return this.#start();
    this.#next ??= this.#over(this.#current).then(() => this.#start());
    return this.#next;
  }

  #start(): Promise<T> {
    this.#next = undefined;
    const current = this.#read().finally(() => {
      if (this.#current === current) this.#current = undefined;
    });
    this.#current = current;
    return current;
  }

  /** Resolves when the reading has come to its end, or has taken too long. */
  #over(reading: Promise<T>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#patience);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      reading.then(end, end);
    });
  }
}
