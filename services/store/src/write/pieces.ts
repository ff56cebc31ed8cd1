import type { FramePiece, LogRecord } from '@dasf-broker/log';
import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';

/** Inserts pieces of large frames, unless their topic was deleted. They stand right before their message. */
export async function insertPieces(
  db: Database,
  partition: number,
  records: readonly LogRecord<FramePiece>[],
): Promise<void> {
  for (const { event, sequence } of records) {
    const messageSequence = sequence + 1 + event.pieces - event.ordinal;
    await sql`
      insert into message_piece (partition, seq, ordinal, topic_uid, part)
      select ${partition}::int, ${messageSequence}::bigint, ${event.ordinal}::int, ${event.uid}, ${Buffer.from(event.part)}::bytea
      where not exists (select from topic_tombstone d where d.uid = ${event.uid})
      on conflict do nothing`.execute(db);
  }
}
