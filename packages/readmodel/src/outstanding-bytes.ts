import { sql } from 'kysely';
import type { Database } from './read-model.ts';

export interface UsersWanted {
  /** More than so many. */
  readonly bytes: number;
  /** What a piece of a frame counts as: as if it were whole, so that nobody has to read it for that. */
  readonly pieceBytes: number;
  /** Users at most. */
  readonly limit: number;
}

/**
 * Users whose messages of retention `cache` and `cacheall` take more than so many bytes as long as they are outstanding,
 * those with most first. What is kept for ever (`store`) is kept because an operator wants it so. Answers are of who
 * asked for them: else who asks and reads no answer stops a module for all others.
 */
export async function findUsersAbove(
  db: Database,
  { bytes, pieceBytes, limit }: UsersWanted,
): Promise<string[]> {
  const { rows } = await sql<{ user: string }>`
    select owner as "user" from (
      select coalesce(topic.creator, message."user") as owner,
        octet_length(message.frame) + message.pieces::bigint * ${pieceBytes}::bigint as bytes
      from message left join topic on topic.uid = message.topic_uid and topic.response_for_uid is not null
      where message.retention <> 'store') as outstanding
    group by owner having sum(bytes) > ${bytes}::bigint order by sum(bytes) desc, owner
    limit ${limit}::int`.execute(db);
  return rows.map(({ user }) => user);
}
