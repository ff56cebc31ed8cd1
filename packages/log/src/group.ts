import type { AppendError } from './append-error.ts';
import type { Entry } from './batch.ts';

/** One call of `append`: entries that belong together and who waits for them. */
export interface Group {
  readonly entries: readonly Entry[];
  readonly bytes: number;
  readonly expires: number;
  /** May be sent again where the outcome is unknown: answers have a key, acknowledging twice changes nothing. */
  readonly repeats: boolean;
  readonly stored: () => void;
  readonly failed: (error: AppendError) => void;
}

/** nats-server takes at most 1,000 messages in a batch. */
const MAX_BATCH_ENTRIES = 500;
/** The partition is kept for as long as it takes to write a batch. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** How many groups make the next batch: at least one. */
export function batchLength(queue: readonly Group[]): number {
  let entries = 0;
  let bytes = 0;
  const end = queue.findIndex((group) => {
    entries += group.entries.length;
    bytes += group.bytes;
    return entries > MAX_BATCH_ENTRIES || bytes > MAX_BATCH_BYTES;
  });
  return end < 0 ? queue.length : Math.max(end, 1);
}

/** Takes those out that have too little time left to be sent: they would cut short the ones they go with. */
export function takeExpiring(queue: Group[], by: number): Group[] {
  const expiring = queue.filter((group) => group.expires <= by);
  if (expiring.length > 0) queue.splice(0, queue.length, ...queue.filter((group) => group.expires > by));
  return expiring;
}

export function expiryOf(groups: readonly Group[]): number {
  return Math.min(...groups.map((group) => group.expires));
}
