import type { Slug } from '@dasf-broker/protocol';
import type { MessagePublished, TopicPinged } from '../events.ts';

export const UID = '5c5c1d5e-0000-4000-8000-000000000001';

/** A message as the edge publishes it; its frame is its id. */
export function aMessage(messageId: string, chosen: Partial<MessagePublished> = {}): MessagePublished {
  return {
    type: 'message',
    topic: 'weather' as Slug,
    uid: UID,
    user: 'ada',
    messageId,
    clientId: true,
    retention: 'cache',
    revision: 1,
    frame: Buffer.from(messageId),
    ...chosen,
  };
}

export function aPing(messageId: string): TopicPinged {
  return { type: 'ping', topic: 'weather' as Slug, uid: UID, messageId, frame: Buffer.from('{}') };
}
