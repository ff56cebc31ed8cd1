import { vi } from 'vitest';

/** Long, as a shared machine may be busy; who waits in vain has failed anyway. */
const DEADLINE_MS = 30_000;
const INTERVAL_MS = 10;

/**
 * Asks again until the answer is there (neither `undefined` nor `false`); fails at the deadline.
 *
 * @param timeout milliseconds
 */
export function eventually<T>(ask: () => T | Promise<T>, timeout = DEADLINE_MS): Promise<NonNullable<T>> {
  return vi.waitUntil(ask, { timeout, interval: INTERVAL_MS }) as Promise<NonNullable<T>>;
}
