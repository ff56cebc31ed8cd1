import type { Signs } from './reader.ts';

export type Availability = 'online' | 'offline' | 'unknown';

/** A ping that is older says nothing of now; milliseconds. */
const PING_COUNTS_FOR = 2 * 60_000;
/** A pong may be this much older than the last ping, which may just be under way; milliseconds. */
const PONG_MAY_LAG = 10_000;

/**
 * Whether a topic's consumer answers (AVL-2).
 *
 * @param signs `null`: nothing is known of the topic yet
 */
export function availabilityOf(
  signs: Pick<Signs, 'lastPing' | 'lastPong'> | null,
  supportsDasf: boolean,
  now: Date,
): Availability {
  const lastPing = signs?.lastPing?.getTime();
  if (!supportsDasf || lastPing === undefined || now.getTime() - lastPing >= PING_COUNTS_FOR)
    return 'unknown';
  const lastPong = signs?.lastPong?.getTime() ?? Number.NEGATIVE_INFINITY;
  return lastPing - lastPong <= PONG_MAY_LAG ? 'online' : 'offline';
}
