import type { Announcement } from '@dasf-broker/log';
import type { Lease } from './lease.ts';
import type { TopicFeeds } from './topic-feed.ts';

/** Compares what stores announce with what passed live, and has consumers read what they missed (DLV-7). */
export class AnnouncementWatch {
  readonly #lease: Pick<Lease, 'edge' | 'begin'>;
  readonly #feeds: Pick<TopicFeeds, 'announced' | 'interrupted' | 'leaseLost'>;
  /** The last announcement of each partition. */
  readonly #last = new Map<number, Announcement>();

  constructor(
    lease: Pick<Lease, 'edge' | 'begin'>,
    feeds: Pick<TopicFeeds, 'announced' | 'interrupted' | 'leaseLost'>,
  ) {
    this.#lease = lease;
    this.#feeds = feeds;
  }

  take(announcement: Announcement): void {
    const { partition, ownerEpoch, number, tails, goneEdges } = announcement;
    if (goneEdges.includes(this.#lease.edge)) {
      this.#lease.begin();
      this.#feeds.leaseLost();
    }
    const last = this.#last.get(partition);
    // A worker that was replaced may still have something to say; its successor knows better.
    if (last && ownerEpoch < last.ownerEpoch) return;
    // Nor does the first one that is heard tell what was said before it.
    const isNext = ownerEpoch === last?.ownerEpoch && number === last.number + 1;
    this.#last.set(partition, announcement);
    if (!isNext) this.#feeds.interrupted(partition);
    for (const tail of tails) this.#feeds.announced(tail);
  }
}
