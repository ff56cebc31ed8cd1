import type { LogRecord, MessagesAcknowledged } from '@dasf-broker/log';
import type { Changes } from './changes.ts';
import { touch } from './touch.ts';

/** An acknowledgement, also of what nobody knows, is a sign of life (ACK-4). */
export function foldAcknowledgement(changes: Changes, record: LogRecord<MessagesAcknowledged>): void {
  const { event, time } = record;
  const { uid, user, messageId } = event;
  touch(changes, event, time, { lastPong: time });
  for (const sequence of event.sequences) {
    // Nobody can have received what is stored after the acknowledgement.
    if (sequence >= record.sequence || removed(changes, uid, sequence)) continue;
    changes.acknowledgedPlaces.push({ uid, user, time, sequence });
  }
  if (messageId !== undefined && event.sequences.length === 0) {
    changes.acknowledgedIds.push({ uid, user, time, messageId, before: record.sequence });
  }
}

/** ACK-2: a message of retention `cache` that came in the same run is never written, unless a part of it was. */
function removed(changes: Changes, uid: string, sequence: number): boolean {
  const message = changes.messages.get(sequence)?.event;
  return (
    message?.uid === uid &&
    message.retention === 'cache' &&
    !message.pieces &&
    changes.messages.delete(sequence)
  );
}
