import type { EdgeContext } from './context.ts';

/** A store believes an edge gone that was silent for 30 s, and its consumers with it (GC-2). */
const RENEWAL_MS = 5000;

/** Says again and again that this edge lives. */
export class Lease implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor({ nc, subjects, edge }: EdgeContext) {
    this.#timer = setInterval(() => nc.publish(subjects.edgeHeartbeat(edge)), RENEWAL_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
