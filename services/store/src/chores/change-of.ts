import type { TopicChanged } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';

/** The event that tells the log how the registry has a topic. */
export function changeOf({ revision, ...entry }: RegisteredTopic): TopicChanged {
  return { type: 'topic', topic: entry.slug, uid: entry.uid, revision, entry };
}
