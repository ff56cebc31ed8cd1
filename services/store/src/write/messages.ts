import type { LogRecord, MessagePublished } from '@dasf-broker/log';
import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import { storableText } from './storable-text.ts';

/**
 * Inserts messages, unless their topic was deleted. One that is not of retention `cache` gets the place of the
 * one before it: that is how acknowledgements of neighbours join up, whatever is removed (see `Acknowledged`).
 */
export async function insertMessages(
  db: Database,
  partition: number,
  records: readonly LogRecord<MessagePublished>[],
): Promise<void> {
  if (records.length === 0) return;
  const column = <T>(value: (event: MessagePublished) => T): T[] =>
    records.map((record) => value(record.event));
  const frames = joinFrames(column((event) => event.frame));
  await sql`
    insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, message_type,
      response_topic, source_topic, request_context, fragment, num_fragments, pieces, published_at, frame,
      previous_seq)
    select ${partition}::int, v.seq, v.uid, v.topic, v.message_id, v."user", v.retention, v.message_type,
      v.response_topic, v.source_topic, v.request_context, v.fragment, v.num_fragments, v.pieces,
      to_timestamp(v.at / 1000), substring(${frames.bytes}::bytea from v.start for v.length),
      case when v.retention <> 'cache' then coalesce(
        lag(v.seq) over (partition by v.uid, v.retention = 'cache' order by v.seq),
        (select last_kept_seq from topic where uid = v.uid), 0) end
    from unnest(
      ${records.map((record) => record.sequence)}::bigint[],
      ${column((event) => event.uid)}::text[],
      ${column((event) => event.topic)}::text[],
      ${column((event) => event.messageId)}::text[],
      ${column((event) => event.user)}::text[],
      ${column((event) => event.retention)}::text[],
      ${column((event) => storableText(event.messageType))}::text[],
      ${column((event) => storableText(event.responseTopic))}::text[],
      ${column((event) => storableText(event.sourceTopic))}::text[],
      ${column((event) => storableText(event.requestContext))}::text[],
      ${column((event) => event.fragment ?? null)}::bigint[],
      ${column((event) => event.numFragments ?? null)}::bigint[],
      ${column((event) => event.pieces?.length ?? 0)}::int[],
      ${records.map((record) => record.time)}::float8[],
      ${frames.starts}::int[],
      ${frames.lengths}::int[]
    ) as v(seq, uid, topic, message_id, "user", retention, message_type, response_topic, source_topic,
      request_context, fragment, num_fragments, pieces, at, start, length)
    where not exists (select from topic_tombstone d where d.uid = v.uid)
    on conflict do nothing`.execute(db);
  await noteLast(db, records);
}

/** Where the next message that is not of retention `cache` finds the one before it. */
async function noteLast(db: Database, records: readonly LogRecord<MessagePublished>[]): Promise<void> {
  const kept = records.filter(({ event }) => event.retention !== 'cache');
  const last = new Map(kept.map(({ event, sequence }) => [event.uid, sequence]));
  if (last.size === 0) return;
  await sql`
    update topic t set last_kept_seq = v.seq
    from unnest(${[...last.keys()]}::text[], ${[...last.values()]}::bigint[]) as v(uid, seq)
    where t.uid = v.uid`.execute(db);
}

/** All frames as one binary parameter: an array of them would go as hexadecimal text, twice as long. */
function joinFrames(frames: readonly Uint8Array[]) {
  let next = 1;
  const starts = frames.map((frame) => {
    const start = next;
    next += frame.length;
    return start;
  });
  return { bytes: Buffer.concat(frames), starts, lengths: frames.map((frame) => frame.length) };
}
