import type { LiveEvent } from '@dasf-broker/log';
import type { Delivery } from './delivery.ts';
import { HeldEvents } from './held-events.ts';

/** What comes to be known of a consumer's topic before its delivery begins; then it is the delivery's. */
export class EarlyNews {
  /** What passed between the topic's making and the beginning of delivery. */
  readonly #passed: HeldEvents;
  /** The last messages that stores announced, by the topic's uid. */
  #announced: Map<string, number> | undefined;
  /** Frames may have passed unseen. */
  #isInterrupted = false;

  /** @param limit bytes of frames */
  constructor(limit: number) {
    this.#passed = new HeldEvents(limit);
  }

  /** Not all that passed is here. */
  get overflowed(): boolean {
    return this.#passed.overflowed;
  }

  add(live: LiveEvent): void {
    this.#passed.add(live);
  }

  announced(uid: string, sequence: number): void {
    this.#announced ??= new Map();
    this.#announced.set(uid, sequence);
  }

  interrupted(): void {
    this.#isInterrupted = true;
  }

  /** What passed so far is not this consumer's. */
  forgetPassed(): void {
    this.#passed.clear();
  }

  handTo(delivery: Delivery): void {
    const { uid } = delivery.topic;
    const isIncomplete = this.#isInterrupted || this.overflowed;
    for (const live of this.#passed.take()) if (live.event.uid === uid) delivery.offer(live);
    if (isIncomplete) delivery.interrupted();
    delivery.announced(this.#announced?.get(uid) ?? 0);
    this.#announced = undefined;
    this.#isInterrupted = false;
    this.#passed.clear();
  }
}
