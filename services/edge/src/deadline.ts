import { refusals } from '@dasf-broker/protocol';

/** The time until which a frame must have its answer (PUB-9). */
export class Deadline implements Disposable {
  readonly #at: number;
  readonly #missed = Promise.withResolvers<never>();
  readonly #timer: NodeJS.Timeout;

  /** @param at on the clock of `performance` */
  constructor(at: number) {
    this.#at = at;
    // Nobody may be waiting for it.
    this.#missed.promise.catch(() => {});
    this.#timer = setTimeout(() => this.#missed.reject(late()), Math.max(at - performance.now(), 0));
  }

  /**
   * What the work comes to, if it does so in time.
   *
   * @throws {Refusal} `OUTCOME_UNKNOWN`
   */
  race<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {});
    return Promise.race([work, this.#missed.promise]);
  }

  /** @throws {Refusal} `OUTCOME_UNKNOWN` once it is over */
  check(): void {
    if (performance.now() >= this.#at) throw late();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

function late() {
  return refusals.unknownOutcome('The broker could not decide in time.');
}
