import type { FramePiece, LogRecord, MessagePublished, MessageRemoved } from '@dasf-broker/log';
import { isRetention } from '@dasf-broker/protocol';
import type { Changes } from './changes.ts';
import { FoldError } from './fold-error.ts';
import { foldMessageOfRequest } from './request.ts';
import { touch } from './touch.ts';

/** A part of a large frame; its message follows, or none does. */
export function foldPiece(changes: Changes, record: LogRecord<FramePiece>): void {
  touch(changes, record.event, record.time);
  if (record.event.retention !== 'disabled') changes.pieces.set(record.sequence, record);
}

/** A message is outstanding from now on, and counts as a ping (AVL-1). */
export function foldMessage(changes: Changes, record: LogRecord<MessagePublished>): void {
  const { event, sequence, time } = record;
  if (!isRetention(event.retention)) throw new FoldError(`There is no retention ${event.retention}.`);
  touch(changes, event, time, { lastPing: time });
  if (event.retention !== 'disabled') changes.messages.set(sequence, record);
  for (const user of event.deliveredTo ?? [])
    changes.acknowledgedPlaces.push({ uid: event.uid, user, time, sequence });
  foldMessageOfRequest(changes, record);
}

/** Removed when the rest of the run is written: what earlier events did to the message goes with it. */
export function foldMessageRemoved(changes: Changes, { event, sequence }: LogRecord<MessageRemoved>): void {
  if (event.sequence < sequence) changes.removedMessages.push({ uid: event.uid, sequence: event.sequence });
}
