import type { GuardedTopic, Identity, SourceTopic } from '@dasf-broker/access';
import { isSlug, type Slug } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { ApiFault, refusal } from '../faults.ts';

/** The part of the topic registry that decisions need. */
export interface TopicLookup {
  get(slug: Slug): RegisteredTopic | undefined;
  lead(slug: Slug): Promise<RegisteredTopic | undefined>;
}

type Decision = (identity: Identity, topic: GuardedTopic, source: SourceTopic | null) => boolean;

/**
 * The topic of this name, if the user may do with it what is asked. Before anything is refused the registry's
 * leader is asked (PUB-10).
 *
 * @param name as it stands in the address, decoded
 * @throws {ApiFault} `TOPIC_UNKNOWN`, `SIGN_IN_REQUIRED`, `FORBIDDEN`
 */
export async function permittedTopic(
  registry: TopicLookup,
  identity: Identity,
  name: string,
  may: Decision,
): Promise<RegisteredTopic> {
  if (!isSlug(name)) throw unknownTopic(name);
  const known = registry.get(name);
  if (known && may(identity, known, source(registry, known))) return known;
  const topic = await registry.lead(name);
  if (!topic) throw unknownTopic(name);
  if (topic.responseFor) await registry.lead(topic.responseFor.slug);
  if (may(identity, topic, source(registry, topic))) return topic;
  throw refusal(identity);
}

export function unknownTopic(name: string): ApiFault {
  return new ApiFault(
    'TOPIC_UNKNOWN',
    isSlug(name) ? `Topic ${name} does not exist.` : 'This is no topic name.',
  );
}

function source(registry: TopicLookup, topic: RegisteredTopic): RegisteredTopic | null {
  return topic.responseFor ? (registry.get(topic.responseFor.slug) ?? null) : null;
}
