export interface RepeatedWorkOptions {
  readonly work: () => Promise<void>;
  /** Whether there is still any need of it. */
  readonly isWanted: () => boolean;
  /** It failed, and is tried again. */
  readonly failed: (error: unknown) => void;
}

const RETRY_PAUSE_MS = 500;

/** The same work again and again: once after each request, one at a time, once for all who ask meanwhile. */
export class RepeatedWork {
  readonly #options: RepeatedWorkOptions;
  #isDue = false;
  #isUnderWay = false;

  constructor(options: RepeatedWorkOptions) {
    this.#options = options;
  }

  request(): void {
    this.#isDue = true;
    if (!this.#isUnderWay) void this.#runUntilDone();
  }

  async #runUntilDone(): Promise<void> {
    const { work, isWanted, failed } = this.#options;
    this.#isUnderWay = true;
    while (this.#isDue && isWanted()) {
      this.#isDue = false;
      try {
        await work();
      } catch (error) {
        failed(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
        this.#isDue = true;
      }
    }
    // In the same turn as the last look at `#isDue`: whoever sets it later begins anew.
    this.#isUnderWay = false;
  }
}
