import type { TopicLogEvent } from '@dasf-broker/log';
import type { Changes, TouchedTopic } from './changes.ts';

type Signs = Partial<Pick<TouchedTopic, 'lastPing' | 'lastPong' | 'lastEvent' | 'apiInfo'>>;

/**
 * Notes that an event named its topic, which makes a row for one that is not known yet.
 *
 * @param time of the event
 */
export function mention(
  changes: Changes,
  { uid, topic: slug }: Pick<TopicLogEvent, 'uid' | 'topic'>,
  time: number,
  signs: Signs = {},
): void {
  const before = changes.touchedTopics.get(uid);
  changes.touchedTopics.set(uid, {
    slug,
    lastPing: Math.max(before?.lastPing ?? 0, signs.lastPing ?? 0),
    lastPong: Math.max(before?.lastPong ?? 0, signs.lastPong ?? 0),
    lastEvent: Math.max(before?.lastEvent ?? 0, signs.lastEvent ?? 0),
    firstEvent: before?.firstEvent ?? time,
    apiInfo: signs.apiInfo ?? before?.apiInfo,
  });
}

/** The same for an event that shows that the topic is in use (GC-1, GC-4). */
export function touch(
  changes: Changes,
  event: Pick<TopicLogEvent, 'uid' | 'topic'>,
  time: number,
  signs: Omit<Signs, 'lastEvent'> = {},
): void {
  mention(changes, event, time, { ...signs, lastEvent: time });
}
