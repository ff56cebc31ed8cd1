import type { MsgHdrs } from '@nats-io/transport-node';
import { decodeEvent, EventError } from './event-codec.ts';
import type { LogEvent } from './events.ts';
import type { Subjects } from './subjects.ts';

/** A record as a stream holds it. */
export interface StoredRecord {
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly body: Uint8Array;
}

/**
 * The event that a record holds.
 *
 * @throws {EventError} where there is none, or one that stands where others may write
 */
export function storedEvent(subjects: Subjects, partition: number, record: StoredRecord): LogEvent {
  const event = decodeEvent(record.headers, record.body);
  if (record.subject !== subjects.stored(partition, event))
    throw new EventError(`A ${event.type} event cannot stand on ${record.subject}.`);
  return event;
}
