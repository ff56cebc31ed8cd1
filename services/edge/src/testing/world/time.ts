import { vi } from 'vitest';

const STEP_MS = 100;

/** From now on timers fire, and clocks move, only when a test says so. */
export function stopTime(): void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
  });
}

/** Forgets what timers are left of an earlier run. */
export function forgetTimers(): void {
  vi.clearAllTimers();
}

/** Whatever follows from what was done without waiting for anything has followed. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @param each is told how much is about to pass, little by little */
export async function pass(milliseconds: number, each: (step: number) => void): Promise<void> {
  for (let left = milliseconds; left > 0; left -= STEP_MS) {
    const step = Math.min(left, STEP_MS);
    each(step);
    vi.advanceTimersByTime(step);
    await settled();
  }
}

export function now(): number {
  return performance.now();
}
