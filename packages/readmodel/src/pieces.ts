import { sql } from 'kysely';
import type { Database } from './read-model.ts';

/** One piece of a large frame; `undefined` where its message is gone. */
export async function findPiece(
  database: Database,
  partition: number,
  sequence: number,
  ordinal: number,
): Promise<Uint8Array | undefined> {
  const { rows } = await sql<{ part: Uint8Array }>`
    select part from message_piece
    where partition = ${partition} and message_seq = ${sequence} and ordinal = ${ordinal}`.execute(database);
  return rows[0]?.part;
}
