import { randomUUID } from 'node:crypto';
import { eventually } from '@dasf-broker/testing';
import type { TopicSettings, User } from '../../comparison/brokers/broker.ts';
import { accessThere, consume, publish } from './clients.ts';
import type { OldBroker } from './old-broker.ts';

export type Rule = TopicSettings['storeMessages'];

/** A topic for which everybody has his rights. */
export async function makeTopic(
  { broker, operator }: OldBroker,
  { ann, bob, cid, eve, fay }: Readonly<Record<'ann' | 'bob' | 'cid' | 'eve' | 'fay', User>>,
  rule: Rule,
): Promise<string> {
  // Under cacheall, dasf-broker-django keeps for an account that is closed what all others have.
  const consumers = rule === 'cacheall' ? [bob, cid] : [bob, cid, fay];
  const topic = await broker.topic(rule ? { storeMessages: rule } : {}, {
    can_produce: [ann],
    can_consume: consumers,
    can_view_status: [eve],
  });
  await operator.run('grant_group', topic, 'can_consume', 'modules');
  return topic;
}

/** @returns the id of the message */
export async function say(old: OldBroker, topic: string, user: User, frame: object): Promise<string> {
  const messageId = randomUUID();
  const answer = await publish(accessThere(old, user), topic, { messageId, ...frame });
  if (answer !== 'ok') throw new Error(`${topic} did not take ${JSON.stringify(frame)}: ${answer}`);
  return messageId;
}

/** Acknowledgements are not answered: each is waited for, or what is owed afterwards would be left to chance. */
export async function acknowledge(
  old: OldBroker,
  topic: string,
  user: User,
  ...ids: readonly string[]
): Promise<void> {
  const kept = async () => JSON.stringify(await old.operator.run('kept', topic));
  for (const messageId of ids) {
    const before = await kept();
    await using consumer = await consume(accessThere(old, user), topic);
    consumer.acknowledge({ messageId });
    await eventually(async () => (await kept()) !== before);
  }
}
