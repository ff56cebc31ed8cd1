import type { LogEvent, LogRecord, MessagePublished } from '@dasf-broker/log';
import type { Retention, Slug } from '@dasf-broker/protocol';
import { newTopic, type Topic } from '@dasf-broker/registry';

/** Events of one topic, as short as tests want them. */
export function eventsOf(uid: string, topic = 'weather' as Slug) {
  const connected = (user: string, connection: string, edge: string) => ({
    topic,
    uid,
    user,
    connection,
    edge,
  });
  return {
    message: (messageId: string, retention: Retention, more: Partial<MessagePublished> = {}): LogEvent => ({
      type: 'message',
      topic,
      uid,
      user: 'ann',
      messageId,
      clientId: false,
      retention,
      revision: 1,
      frame: Buffer.from(`{"messageId":"${messageId}"}`),
      ...more,
    }),
    piece: (
      ordinal: number,
      pieces: number,
      retention: Retention = 'cache',
      part: Uint8Array = Buffer.from(`part ${ordinal}`),
    ): LogEvent => ({ type: 'piece', topic, uid, retention, ordinal, pieces, part }),
    ack: (user: string, ...sequences: number[]): LogEvent => ({ type: 'ack', topic, uid, user, sequences }),
    ackOfId: (user: string, messageId: string): LogEvent => ({
      type: 'ack',
      topic,
      uid,
      user,
      sequences: [],
      messageId,
    }),
    joined: (user: string, connection = user, edge = 'edge-1'): LogEvent => ({
      type: 'joined',
      ...connected(user, connection, edge),
      subscription: 'sub',
    }),
    left: (user: string, connection = user, edge = 'edge-1'): LogEvent => ({
      type: 'left',
      ...connected(user, connection, edge),
    }),
    changed: (revision: number, more: Partial<Topic> = {}): LogEvent => {
      const entry = newTopic({ slug: topic, partition: 0, creator: 'ann', ...more }, uid);
      return { type: 'topic', topic, uid, revision, entry };
    },
    deleted: (): LogEvent => ({ type: 'topic-deleted', topic, uid }),
    removed: (sequence: number): LogEvent => ({ type: 'message-removed', topic, uid, sequence }),
    pong: (user: string): LogEvent => ({ type: 'pong', topic, uid, user }),
    apiInfo: (apiInfo: string): LogEvent => ({ type: 'api-info', topic, uid, user: 'ann', apiInfo }),
    asked: (requestContext: string): LogEvent => ({ type: 'asked', topic, uid, user: 'ann', requestContext }),
    answered: (requestContext: string): LogEvent => ({
      type: 'answered',
      topic,
      uid,
      user: 'mod',
      requestContext,
    }),
    backlogSent: (user: string): LogEvent => ({ type: 'backlog-sent', topic, uid, user }),
  };
}

/** Events as a partition that holds nothing else would number them; each is stored at its number in seconds. */
export function recordsOf(...events: LogEvent[]): LogRecord[] {
  return events.map((event, index) => ({
    partition: 0,
    sequence: index + 1,
    time: (index + 1) * 1000,
    event,
  }));
}
