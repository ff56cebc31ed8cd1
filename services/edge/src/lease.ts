import type { Subjects } from '@dasf-broker/log';
import type { NatsConnection } from '@nats-io/transport-node';

/** A store believes an edge gone that was silent for 30 s, and its consumers with it (GC-2). */
const RENEWAL_MS = 5000;

/** Says again and again that this edge lives. */
export class Lease implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #edge = crypto.randomUUID();

  constructor(nc: NatsConnection, subjects: Subjects) {
    this.#timer = setInterval(() => nc.publish(subjects.edgeHeartbeat(this.#edge)), RENEWAL_MS);
  }

  /** Names this process in presence events. */
  get edge(): string {
    return this.#edge;
  }

  /** The edge of this name counts as gone, for good: from now on it has another one. */
  begin(): void {
    this.#edge = crypto.randomUUID();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
