import type { Identity } from '@dasf-broker/access';
import { parseFrame, type Slug } from '@dasf-broker/protocol';
import type { TakeFrame } from './answering-connection.ts';
import type { Publisher } from './publisher.ts';

/** What a producer connection does with a frame: publish it to the connection's topic (URL-1). */
export function takeMessage(publisher: Publisher, identity: Identity, topic: Slug): TakeFrame {
  return async (text, arrived) => {
    const frame = parseFrame(text);
    const { messageId, done } = await publisher.admit(identity, topic, frame, arrived);
    return { key: { messageId, context: frame.context }, done };
  };
}
