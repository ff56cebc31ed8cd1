import { vi } from 'vitest';

const DEADLINE_MS = 10_000;
const INTERVAL_MS = 10;

/** Asks again until the answer is there (neither `undefined` nor `false`); fails at the deadline. */
export function eventually<T>(ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  return vi.waitUntil(ask, { timeout: DEADLINE_MS, interval: INTERVAL_MS }) as Promise<NonNullable<T>>;
}
