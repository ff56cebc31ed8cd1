import type { ConsumerJoined, ConsumerLeft, EdgeGone, LogRecord } from '@dasf-broker/log';
import type { Changes } from './changes.ts';
import { touch } from './touch.ts';

/** A user is connected as consumer; from then on all of the topic's consumers include that user (ACK-3). */
export function foldJoined(changes: Changes, record: LogRecord<ConsumerJoined>): void {
  const { event, time } = record;
  const { uid, user, connection } = event;
  touch(changes, event, time);
  // An edge says it again where the store seems not to know; the first time stands.
  if (!changes.joinedConnections.has(connection)) changes.joinedConnections.set(connection, record);
  const key = JSON.stringify([uid, user]);
  if (!changes.consumers.has(key)) changes.consumers.set(key, { uid, user, time });
}

export function foldLeft(changes: Changes, { event, time }: LogRecord<ConsumerLeft>): void {
  touch(changes, event, time);
  changes.joinedConnections.delete(event.connection);
  changes.leftConnections.add(event.connection);
}

/** GC-2: an edge that is silent for too long takes its connections with it. */
export function foldEdgeGone(changes: Changes, { event, time }: LogRecord<EdgeGone>): void {
  for (const [connection, joined] of changes.joinedConnections) {
    if (joined.event.edge !== event.edge) continue;
    changes.joinedConnections.delete(connection);
    touch(changes, joined.event, time);
  }
  // What was there before the run left with the first of these.
  if (!changes.goneEdges.has(event.edge)) changes.goneEdges.set(event.edge, time);
}
