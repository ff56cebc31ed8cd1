import type { Slug } from '@dasf-broker/protocol';
import type { NatsConnection } from '@nats-io/transport-node';
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
}

export function announce(nc: NatsConnection, subjects: Subjects, announcement: Announcement): void {
  nc.publish(subjects.announcements(announcement.partition), JSON.stringify(announcement));
}

/**
 * Hears the announcements on all partitions.
 *
 * @param receive gets them in the order in which each partition's worker made them
 */
export function subscribeAnnouncements(
  nc: NatsConnection,
  subjects: Subjects,
  receive: (announcement: Announcement) => void,
): { close(): void } {
  const subscription = nc.subscribe(subjects.announcements(), {
    callback: (error, message) => {
      if (!error) receive(message.json<Announcement>());
    },
  });
  return { close: () => subscription.unsubscribe() };
}
