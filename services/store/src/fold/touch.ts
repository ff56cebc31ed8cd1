import type { LogEvent } from '@dasf-broker/log';
import type { Changes, TouchedTopic } from './changes.ts';

type TopicEvent = Exclude<LogEvent, { type: 'edge-gone' }>;

const UNTOUCHED = { lastPing: 0, lastPong: 0, apiInfo: undefined };

/** Notes that an event named its topic, which makes a row for one that is not known yet. */
export function touch(
  changes: Changes,
  { uid, topic: slug }: TopicEvent,
  signs: Partial<Omit<TouchedTopic, 'slug'>> = {},
): void {
  const before = changes.touchedTopics.get(uid) ?? UNTOUCHED;
  changes.touchedTopics.set(uid, {
    slug,
    lastPing: Math.max(before.lastPing, signs.lastPing ?? 0),
    lastPong: Math.max(before.lastPong, signs.lastPong ?? 0),
    apiInfo: signs.apiInfo ?? before.apiInfo,
  });
}
