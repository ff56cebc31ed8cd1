import type { FramePiece, LogRecord, MessagePublished } from '@dasf-broker/log';
import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';

/** Inserts pieces of large frames, which belong to no message yet, unless their topic was deleted. */
export async function insertPieces(
  db: Database,
  partition: number,
  records: readonly LogRecord<FramePiece>[],
): Promise<void> {
  for (const { event, sequence, time } of records) {
    const part = Buffer.from(event.part.buffer, event.part.byteOffset, event.part.length);
    await sql`
      insert into message_piece (partition, seq, ordinal, topic_uid, stored_at, part)
      select ${partition}::int, ${sequence}::bigint, ${event.ordinal}::int, ${event.uid},
        to_timestamp(${time}::float8 / 1000), ${part}::bytea
      where not exists (select from topic_tombstone d where d.uid = ${event.uid})
      on conflict do nothing`.execute(db);
  }
}

/** Gives messages the pieces before them that they say they have, each to the first that does. */
export async function claimPieces(
  db: Database,
  partition: number,
  records: readonly LogRecord<MessagePublished>[],
): Promise<void> {
  const claims = records.flatMap(({ event, sequence }) =>
    (event.pieces ?? [])
      .filter((piece) => piece < sequence)
      .map((piece) => ({ piece, sequence, uid: event.uid })),
  );
  if (claims.length === 0) return;
  await sql`
    update message_piece p set message_seq = first.seq
    from (select piece, uid, min(seq) as seq from unnest(${claims.map(({ piece }) => piece)}::bigint[],
      ${claims.map(({ sequence }) => sequence)}::bigint[],
      ${claims.map(({ uid }) => uid)}::text[]) as v(piece, seq, uid) group by piece, uid) as first
    where p.partition = ${partition} and p.seq = first.piece and p.topic_uid = first.uid
      and p.message_seq is null`.execute(db);
}

/** Removes pieces that no message had by a time, in milliseconds since the epoch. */
export async function removeAbandonedPieces(db: Database, partition: number, before: number): Promise<void> {
  await sql`
    delete from message_piece
    where partition = ${partition} and message_seq is null
      and stored_at < to_timestamp(${before}::float8 / 1000)`.execute(db);
}
