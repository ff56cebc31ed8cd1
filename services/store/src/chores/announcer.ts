import { type Announcement, announce, type TopicTail } from '@dasf-broker/log';
import type { StoreParts } from '../worker/parts.ts';
import { pause } from '../worker/pause.ts';
import type { AnyRecord } from '../worker/record-queue.ts';
import type { Lease } from '../write/cursor.ts';

/** Tells edges where topics end, so that one which missed a topic's last message asks for it (DLV-7). */
export class Announcer {
  readonly #parts: StoreParts;
  readonly #lease: Lease;
  #number = 0;
  #aboveQuota: readonly string[] | undefined;

  constructor(parts: StoreParts, lease: Lease) {
    this.#parts = parts;
    this.#lease = lease;
  }

  /** Announces what was folded. */
  take(records: readonly AnyRecord[]): void {
    const tails = new Map<string, TopicTail>();
    const goneEdges: string[] = [];
    for (const { event, sequence } of records) {
      if (event?.type === 'edge-gone') goneEdges.push(event.edge);
      if (event?.type === 'message') tails.set(event.uid, { topic: event.topic, uid: event.uid, sequence });
    }
    if (tails.size + goneEdges.length > 0) this.#announce([...tails.values()], goneEdges);
  }

  /** From now on it is announced again and again who has more outstanding than he may. */
  tellAboveQuota(users: readonly string[]): void {
    this.#aboveQuota = users;
  }

  /** Announces again and again that there is nothing new: silence shows that one was lost. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.#parts.times.announcement, signal);
      if (signal.aborted) return;
      this.#announce([], [], this.#aboveQuota && { aboveQuota: this.#aboveQuota });
    }
  }

  #announce(
    tails: readonly TopicTail[],
    goneEdges: readonly string[],
    more: Pick<Announcement, 'aboveQuota'> = {},
  ): void {
    const { nc, streams } = this.#parts;
    const { partition, ownerEpoch } = this.#lease;
    this.#number += 1;
    const number = this.#number;
    announce(nc, streams.subjects, { partition, ownerEpoch, number, tails, goneEdges, ...more });
  }
}
