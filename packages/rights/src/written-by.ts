import type { LogEventType } from '@dasf-broker/log';

export type EventWriter = 'edge' | 'api' | 'store' | 'operator';

/** Which events each service writes to the log. */
export const WRITTEN_BY: Readonly<Record<EventWriter, readonly LogEventType[]>> = {
  edge: [
    'message',
    'piece',
    'ack',
    'pong',
    'api-info',
    'joined',
    'left',
    'asked',
    'answered',
    'backlog-sent',
    'topic',
  ],
  // Messages: those that an operator sends again.
  api: ['ping', 'topic', 'topic-deleted', 'message', 'piece', 'message-removed', 'operator-act'],
  store: ['ping', 'edge-gone', 'expired', 'topic', 'topic-deleted'],
  // Who imports what another broker held.
  operator: ['message', 'piece', 'api-info', 'asked', 'topic', 'imported'],
};
