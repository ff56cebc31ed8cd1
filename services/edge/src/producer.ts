import type { Identity } from '@dasf-broker/access';
import type { Slug } from '@dasf-broker/protocol';
import type { TakeFrame } from './answering-connection.ts';
import type { Publisher } from './publisher.ts';

/** What a producer connection does with a frame: publish it to the connection's topic (URL-1). */
export function takeMessage(publisher: Publisher, identity: Identity, topic: Slug): TakeFrame {
  return (frame, arrived) => publisher.admit(identity, topic, frame, arrived);
}
