import { vi } from 'vitest';

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

/**
 * @param most that passes in one piece
 * @param each is told how much is about to pass
 */
export async function pass(milliseconds: number, most: number, each: (step: number) => void): Promise<void> {
  for (let left = milliseconds; left > 0; left -= most) {
    const step = Math.min(left, most);
    each(step);
    vi.advanceTimersByTime(step);
    await settled();
  }
}

export function now(): number {
  return performance.now();
}
