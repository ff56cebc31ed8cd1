import { RegistryError } from './errors.ts';
import type { TopicRegistry } from './registry.ts';
import { type RegisteredTopic, reopened } from './topic.ts';

/**
 * The topic as it may be used. One that clean-up is about to remove is taken back first: as its entry's
 * revision changes, the removal fails (section 10).
 *
 * @returns nothing where the topic has been removed
 * @throws {RegistryError} `REGISTRY_UNREACHABLE`, `REGISTRY_CONTENDED`
 */
export async function takeBack(
  registry: Pick<TopicRegistry, 'update'>,
  topic: RegisteredTopic,
): Promise<RegisteredTopic | undefined> {
  if (!topic.closing) return topic;
  const { slug, uid } = topic;
  const kept = await registry
    .update(slug, (entry) => (entry.uid === uid ? reopened(entry) : entry))
    .catch(missing);
  return kept?.uid === uid ? kept : undefined;
}

function missing(error: unknown): undefined {
  if (error instanceof RegistryError && error.code === 'TOPIC_MISSING') return undefined;
  throw error;
}
