import { isSlug, type Slug } from '@dasf-broker/protocol';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventError } from './event-codec.ts';
import type { Subjects } from './subjects.ts';

/** The last message of a topic that a store has folded. */
export interface TopicTail {
  readonly topic: Slug;
  readonly uid: string;
  readonly sequence: number;
}

/**
 * What a store says after each run of events that it folded, and every second: where topics end. Live frames
 * pass at most once; by this an edge learns of a last one that it missed.
 */
export interface Announcement {
  readonly partition: number;
  /** Which worker speaks: its fencing token. */
  readonly ownerEpoch: number;
  /** Counts up by one, so that a lost announcement shows. */
  readonly number: number;
  readonly tails: readonly TopicTail[];
  /** Edges that count as gone from now on: one that lives all the same must take another name (GC-2). */
  readonly goneEdges: readonly string[];
  /** Users who have more outstanding than they may; where it is missing, there is nothing new of that. */
  readonly aboveQuota?: readonly string[];
}

export function announce(nc: NatsConnection, subjects: Subjects, announcement: Announcement): void {
  nc.publish(subjects.announcements(announcement.partition), JSON.stringify(announcement));
}

/**
 * Hears the announcements on all partitions.
 *
 * @param receive gets them in the order in which each partition's worker made them
 * @param unreadable is told of what stands on the subject and is none
 */
export function subscribeAnnouncements(
  nc: NatsConnection,
  subjects: Subjects,
  receive: (announcement: Announcement) => void,
  unreadable: (error: unknown) => void,
): { close(): void } {
  const subscription = nc.subscribe(subjects.announcements(), {
    callback: (error, message) => {
      if (error) return;
      try {
        receive(announcementIn(message.string()));
      } catch (reason) {
        unreadable(reason);
      }
    },
  });
  return { close: () => subscription.unsubscribe() };
}

/** @throws {EventError} where it holds anything else than `announce` writes */
function announcementIn(text: string): Announcement {
  const value = parsed(text);
  if (isAnnouncement(value)) return value;
  throw new EventError('An announcement lacks what it should say.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EventError('An announcement is not JSON.', { cause });
  }
}

function isAnnouncement(value: unknown): value is Announcement {
  const { partition, ownerEpoch, number, tails, goneEdges, aboveQuota } = (value ??
    {}) as Partial<Announcement>;
  return (
    [partition, ownerEpoch, number].every(Number.isSafeInteger) &&
    Array.isArray(tails) &&
    tails.every(isTail) &&
    areTexts(goneEdges) &&
    (aboveQuota === undefined || areTexts(aboveQuota))
  );
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isTail(value: unknown): value is TopicTail {
  const { topic, uid, sequence } = (value ?? {}) as Partial<TopicTail>;
  return (
    typeof topic === 'string' && isSlug(topic) && typeof uid === 'string' && Number.isSafeInteger(sequence)
  );
}
