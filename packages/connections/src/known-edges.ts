import type { Subjects } from '@dasf-broker/log';
import type { NatsConnection } from '@nats-io/transport-node';

/** Edges say every 5 s that they live: one that said nothing for so long is gone, or about to be. */
const SILENCE_MS = 12_000;

/** The edges that live, by what they say. */
export class KnownEdges implements Disposable {
  readonly #heard = new Map<string, number>();
  readonly #since = performance.now();
  readonly #subscription: { unsubscribe(): void };

  constructor(nc: NatsConnection, subjects: Subjects) {
    this.#subscription = nc.subscribe(subjects.edgeHeartbeat('*'), {
      callback: (error, { subject }) => {
        if (!error) this.#heard.set(subject.split('.').at(-1) ?? '', performance.now());
      },
    });
  }

  /** Every edge that lives has been heard. */
  get isComplete(): boolean {
    return performance.now() - this.#since > SILENCE_MS;
  }

  all(): string[] {
    const oldest = performance.now() - SILENCE_MS;
    for (const [edge, at] of this.#heard) if (at < oldest) this.#heard.delete(edge);
    return [...this.#heard.keys()];
  }

  [Symbol.dispose](): void {
    this.#subscription.unsubscribe();
  }
}
