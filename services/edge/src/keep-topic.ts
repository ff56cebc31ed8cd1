import { type RegisteredTopic, type TopicRegistry, takeBack } from '@dasf-broker/registry';
import type { RecordingContext } from './context.ts';

interface KeepingContext extends RecordingContext {
  readonly registry: Pick<TopicRegistry, 'update'>;
}

/**
 * The topic as it may be used, taken back where clean-up is about to remove it.
 *
 * @returns nothing where the topic has been removed
 * @throws {RegistryError} `REGISTRY_UNREACHABLE`, `REGISTRY_CONTENDED`
 */
export async function keepTopic(
  context: KeepingContext,
  topic: RegisteredTopic,
): Promise<RegisteredTopic | undefined> {
  const kept = await takeBack(context.registry, topic);
  if (kept && kept !== topic) record(context, kept);
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
