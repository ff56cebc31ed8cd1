import type { ComparedBroker, TopicSettings, User } from './brokers/broker.ts';

/** A topic, and somebody who may produce and consume there. */
export async function openTopic(
  broker: ComparedBroker,
  settings: TopicSettings = {},
): Promise<{ readonly topic: string; readonly alice: User }> {
  const alice = await broker.user();
  const topic = await broker.topic(settings, { can_produce: [alice], can_consume: [alice] });
  return { topic, alice };
}
