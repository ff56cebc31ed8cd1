import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after some milliseconds, or as soon as the signal is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

const FIRST_MS = 50;
const LONGEST_MS = 10_000;

/** Growing pauses between attempts, with jitter, so that what failed together does not come back together. */
export class Backoff {
  #next = FIRST_MS;

  /** It was waited for since the start or the last reset. */
  get used(): boolean {
    return this.#next > FIRST_MS;
  }

  /** Waits; longer each time. */
  async wait(signal: AbortSignal): Promise<void> {
    const most = this.#next;
    this.#next = Math.min(most * 2, LONGEST_MS);
    await pause(most / 2 + (Math.random() * most) / 2, signal);
  }

  reset(): void {
    this.#next = FIRST_MS;
  }
}
