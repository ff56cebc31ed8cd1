import { isDeepStrictEqual } from 'node:util';
import type { StreamConfig } from '@nats-io/jetstream';

/** What a stream must be like; whatever is not named here is its operator's to choose. */
export type NeededStream = Partial<StreamConfig> & { readonly name: string };

/** More of these does no harm. */
const AT_LEAST: ReadonlySet<string> = new Set(['num_replicas', 'duplicate_window']);

/** Values that a server may leave out. */
const ABSENT: ReadonlySet<unknown> = new Set([undefined, false, 0, '', 'default']);

/** Everything in which a stream differs from what is needed, in words. */
export function unfitness(actual: StreamConfig, needed: NeededStream): string[] {
  return Object.entries(needed)
    .filter(([key, value]) => !fits(key, actual[key as keyof StreamConfig], value))
    .map(([key, value]) => {
      const found = JSON.stringify(actual[key as keyof StreamConfig]) ?? 'not set';
      return `${key} is ${found}, but must be ${AT_LEAST.has(key) ? 'at least ' : ''}${JSON.stringify(value)}`;
    });
}

function fits(key: string, actual: unknown, needed: unknown): boolean {
  if (ABSENT.has(actual) && ABSENT.has(needed)) return true;
  if (AT_LEAST.has(key)) return Number(actual) >= Number(needed);
  return isDeepStrictEqual(actual, needed);
}
