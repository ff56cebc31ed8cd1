import { sql } from 'kysely';
import type { Database } from './read-model.ts';

/** Frames that are kept in pieces count by whole ones, which nobody has to read for that. */
const PIECE_BYTES = 256 * 1024;

/**
 * Users whose messages of retention `cache` and `cacheall` take more than so many bytes as long as they are
 * outstanding, those with most first. What is kept for ever (`store`) is kept because an operator wants it so.
 *
 * @param limit users at most
 */
export async function findUsersAbove(db: Database, bytes: number, limit: number): Promise<string[]> {
  const { rows } = await sql<{ user: string }>`
    select "user" from message where retention <> 'store' group by "user"
    having sum(octet_length(frame) + pieces::bigint * ${PIECE_BYTES}::bigint) > ${bytes}::bigint
    order by sum(octet_length(frame) + pieces::bigint * ${PIECE_BYTES}::bigint) desc, "user"
    limit ${limit}::int`.execute(db);
  return rows.map(({ user }) => user);
}
