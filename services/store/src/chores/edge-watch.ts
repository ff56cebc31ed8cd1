import type { Subjects } from '@dasf-broker/log';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsLink } from '../nats-link.ts';

const TICK_MS = 1000;
/** A tick that comes this late means that the process slept and may have missed what was said. */
const SLEPT_MS = 5000;

/** Hears the edges say that they live. */
export class EdgeWatch implements Disposable {
  readonly #heard = new Map<string, number>();
  readonly #endings: (() => void)[] = [];
  #listeningSince = performance.now();
  #lastTick = performance.now();

  constructor(nc: NatsConnection, link: NatsLink, subjects: Subjects) {
    const subscription = nc.subscribe(subjects.edgeHeartbeat('*'), {
      callback: (error, message) => {
        if (!error) this.#heard.set(message.subject.split('.').at(-1) ?? '', performance.now());
      },
    });
    const timer = setInterval(() => this.#tick(), TICK_MS);
    this.#endings.push(
      () => subscription.unsubscribe(),
      () => clearInterval(timer),
      link.onReconnect(() => this.#listenAnew()),
    );
  }

  /**
   * For how many milliseconds an edge has said nothing, as far as that was listened to.
   *
   * @param since begins the silence at the earliest, as `performance.now()` gives it
   */
  silence(edge: string, since: number): number {
    const now = performance.now();
    const slept = now - this.#lastTick > SLEPT_MS;
    return slept ? 0 : now - Math.max(this.#heard.get(edge) ?? 0, this.#listeningSince, since);
  }

  /** Edges that nobody asks for any more. */
  forget(olderThan: number): void {
    for (const [edge, at] of this.#heard) {
      if (performance.now() - at > olderThan) this.#heard.delete(edge);
    }
  }

  [Symbol.dispose](): void {
    for (const end of this.#endings) end();
  }

  #tick(): void {
    const now = performance.now();
    if (now - this.#lastTick > SLEPT_MS) this.#listenAnew();
    this.#lastTick = now;
  }

  #listenAnew(): void {
    this.#listeningSince = performance.now();
  }
}
