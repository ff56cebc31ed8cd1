import type { LogRecord, TopicChanged, TopicDeleted } from '@dasf-broker/log';
import { GRANTS, type Topic } from '@dasf-broker/registry';
import type { Changes } from './changes.ts';
import { FoldError } from './fold-error.ts';
import { mention } from './touch.ts';

/** The registry's entry, unless a newer one is known. */
export function foldTopic(changes: Changes, { event, time }: LogRecord<TopicChanged>): void {
  const { uid, revision, entry } = event;
  if (!isEntryOf(uid, entry)) throw new FoldError(`The entry of topic ${event.topic} is not one.`);
  mention(changes, event, time);
  const known = changes.changedTopics.get(uid);
  if (!known || known.revision < revision) changes.changedTopics.set(uid, { revision, entry });
}

/** Removes all that the topic had; nothing that comes later with its uid brings it back. */
export function foldTopicDeleted(changes: Changes, { event, time }: LogRecord<TopicDeleted>): void {
  const { uid } = event;
  changes.deletedTopics.set(uid, time);
  changes.touchedTopics.delete(uid);
  changes.changedTopics.delete(uid);
  for (const [sequence, message] of changes.messages) {
    if (message.event.uid === uid) changes.messages.delete(sequence);
  }
  for (const [key, request] of changes.requests) {
    if (request.uid === uid) changes.requests.delete(key);
  }
  for (const [sequence, piece] of changes.pieces) {
    if (piece.event.uid === uid) changes.pieces.delete(sequence);
  }
  for (const [key, consumer] of changes.consumers) {
    if (consumer.uid === uid) changes.consumers.delete(key);
  }
  for (const [connection, joined] of changes.joinedConnections) {
    if (joined.event.uid === uid) changes.joinedConnections.delete(connection);
  }
}

function isEntryOf(uid: string, entry: unknown): entry is Topic {
  if (typeof entry !== 'object' || entry === null) return false;
  const { grants, created, ...rest } = entry as Partial<Topic>;
  return (
    rest.uid === uid &&
    typeof rest.creator === 'string' &&
    Number.isFinite(Date.parse(`${created}`)) &&
    typeof grants === 'object' &&
    GRANTS.every((grant) => Array.isArray(grants[grant]))
  );
}
