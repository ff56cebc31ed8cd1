import type { Slug } from '@dasf-broker/protocol';
import type { TakeFrame } from './answering-connection.ts';
import type { Client } from './client.ts';
import type { Publisher } from './publisher.ts';

/** What a producer connection does with a frame: publish it to the connection's topic (URL-1). */
export function takeMessage(publisher: Publisher, client: Client, topic: Slug): TakeFrame {
  return (frame, arrived) => publisher.admit(client, topic, frame, arrived);
}
