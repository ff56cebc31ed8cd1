import { type RegisteredTopic, RegistryError, reopened, type TopicRegistry } from '@dasf-broker/registry';
import type { RecordingContext } from './context.ts';

interface KeepingContext extends RecordingContext {
  readonly registry: Pick<TopicRegistry, 'update'>;
}

/**
 * The topic as it may be used. One that clean-up is about to remove is taken back first: as its entry's
 * revision changes, the removal fails (section 10).
 *
 * @returns nothing where the topic has been removed
 * @throws {RegistryError} `REGISTRY_UNREACHABLE`, `REGISTRY_CONTENDED`
 */
export async function keepTopic(
  context: KeepingContext,
  topic: RegisteredTopic,
): Promise<RegisteredTopic | undefined> {
  if (!topic.closing) return topic;
  const { slug, uid } = topic;
  const kept = await context.registry
    .update(slug, (entry) => (entry.uid === uid ? reopened(entry) : entry))
    .catch(missing);
  if (kept?.uid !== uid) return undefined;
  record(context, kept);
  return kept;
}

/** Should the event be lost, the store finds that the registry is ahead of the log. */
function record(context: RecordingContext, { revision, ...entry }: RegisteredTopic): void {
  const { slug, uid, partition } = entry;
  context.appender
    .append(partition, { type: 'topic', topic: slug, uid, revision, entry })
    .catch((error: unknown) =>
      context.logger.warn({ err: error, topic: slug }, 'that a topic stays is not in the log yet'),
    );
}

function missing(error: unknown): undefined {
  if (error instanceof RegistryError && error.code === 'TOPIC_MISSING') return undefined;
  throw error;
}
