import { isOfTopic, type LogRecord } from '@dasf-broker/log';
import { foldAcknowledgement } from './acknowledgement.ts';
import { type Changes, noChanges } from './changes.ts';
import { foldExpired } from './expired.ts';
import { foldImported } from './imported.ts';
import { foldMessage, foldMessageRemoved, foldPiece } from './message.ts';
import { foldEdgeGone, foldJoined, foldLeft } from './presence.ts';
import { foldAnswered, foldAsked } from './request.ts';
import { foldTopic, foldTopicDeleted } from './topic.ts';
import { touch } from './touch.ts';

/**
 * What records of one partition do, in their order. Nothing but the records decides: no clock, no database.
 *
 * @throws {FoldError} where one of them makes no sense
 */
export function fold(records: Iterable<LogRecord>): Changes {
  const changes = noChanges();
  for (const record of records) evolve(changes, record);
  return changes;
}

/** Adds to `changes` what one more record does. */
export function evolve(changes: Changes, record: LogRecord): void {
  const { event, time } = record;
  if (isOfTopic(event) && event.type !== 'topic-deleted' && changes.deletedTopics.has(event.uid)) return;
  switch (event.type) {
    case 'message':
      foldMessage(changes, { ...record, event });
      break;
    case 'piece':
      foldPiece(changes, { ...record, event });
      break;
    case 'ack':
      foldAcknowledgement(changes, { ...record, event });
      break;
    case 'ping':
    case 'backlog-sent':
      touch(changes, event, time, { lastPing: time });
      break;
    case 'pong':
      touch(changes, event, time, { lastPong: time });
      break;
    case 'api-info':
      touch(changes, event, time, { apiInfo: event.apiInfo });
      break;
    case 'joined':
      foldJoined(changes, { ...record, event });
      break;
    case 'left':
      foldLeft(changes, { ...record, event });
      break;
    case 'edge-gone':
      foldEdgeGone(changes, { ...record, event });
      break;
    case 'asked':
      foldAsked(changes, { ...record, event });
      break;
    case 'answered':
      foldAnswered(changes, { ...record, event });
      break;
    case 'expired':
      foldExpired(changes, { ...record, event });
      break;
    case 'imported':
      foldImported(changes, { ...record, event });
      break;
    case 'message-removed':
      foldMessageRemoved(changes, { ...record, event });
      break;
    case 'operator-act':
      changes.acts.push({ ...record, event });
      break;
    case 'topic':
      foldTopic(changes, { ...record, event });
      break;
    case 'topic-deleted':
      foldTopicDeleted(changes, { ...record, event });
      break;
    default:
      never(event);
  }
}

function never(event: never): never {
  throw new TypeError(`No fold for ${JSON.stringify(event)}.`);
}
