import { sql } from 'kysely';
import type { Database } from './read-model.ts';

/** Sequences, both inclusive. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

export interface Gaps {
  readonly stretches: readonly Stretch[];
  /** The gaps are known up to here: there may be more beyond, or this is the end of what was asked for. */
  readonly upTo: number;
}

/** Users who acknowledge all have one gap, the end; those who leave out every other message have many. */
const MAX_STRETCHES = 100;

/**
 * What a user has not acknowledged of a topic's messages of retention `cacheall` and `store`, as stretches of
 * sequences in ascending order.
 *
 * @param after exclusive; @param upTo inclusive
 */
export async function findGaps(
  database: Database,
  { uid, user, after, upTo }: { uid: string; user: string; after: number; upTo: number },
): Promise<Gaps> {
  const { rows } = await sql<{ first_seq: string; last_seq: string }>`
    select first_seq, last_seq from acknowledged
    where topic_uid = ${uid} and "user" = ${user} and last_seq > ${after}
    order by last_seq limit ${MAX_STRETCHES}`.execute(database);
  const acknowledged = rows.map((row) => ({ first: Number(row.first_seq), last: Number(row.last_seq) }));
  const end = rows.length < MAX_STRETCHES ? upTo : Math.min(upTo, acknowledged.at(-1)?.last ?? upTo);
  return { stretches: between(acknowledged, after, end), upTo: end };
}

function between(acknowledged: readonly Stretch[], after: number, end: number): Stretch[] {
  const gaps: Stretch[] = [];
  let first = after + 1;
  for (const stretch of acknowledged) {
    if (stretch.first > end) break;
    if (stretch.first > first) gaps.push({ first, last: stretch.first - 1 });
    first = stretch.last + 1;
  }
  if (first <= end) gaps.push({ first, last: end });
  return gaps;
}
