import { encodeEvent, type LogRecord, type Subjects, type UnreadableRecord } from '@dasf-broker/log';
import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import { storableText } from './storable-text.ts';

/** Keeps what cannot be folded, as it stood in the log. */
export async function insertDeadEvent(
  db: Database,
  subjects: Subjects,
  epoch: string,
  record: LogRecord | UnreadableRecord,
  reason: string,
): Promise<void> {
  const { subject, headers, body } = asStored(subjects, record);
  await sql`
    insert into dead_event (partition, epoch, seq, subject, headers, body, reason, at)
    values (${record.partition}, ${epoch}, ${record.sequence}, ${storableText(subject)},
      ${storableText(headers)}, ${Buffer.from(body)}, ${storableText(reason)},
      to_timestamp(${record.time}::float8 / 1000))
    on conflict do nothing`.execute(db);
}

function asStored(subjects: Subjects, record: LogRecord | UnreadableRecord) {
  if (record.event === undefined) return record;
  const { headers, body } = encodeEvent(record.event);
  return {
    subject: subjects.stored(record.partition, record.event),
    headers: headers.toString(),
    body,
  };
}
