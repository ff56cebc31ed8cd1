import type { NatsConnection } from '@nats-io/transport-node';
import { AppendError } from './append-error.ts';

/**
 * Knows whether the connection to NATS stands. The client library keeps a request that was under way at a
 * loss waiting for an answer that cannot come any more, and throws away what is sent while there is no
 * connection.
 */
export class ConnectionWatch implements Disposable {
  readonly #status: ReturnType<NatsConnection['status']>;
  readonly #waiting = new Set<() => void>();
  readonly #underWay = new Set<(reason: Error) => void>();
  #isUp = true;

  constructor(nc: Pick<NatsConnection, 'status'>) {
    this.#status = nc.status();
    void this.#follow();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Resolves when the connection stands, or after so many milliseconds. */
  async untilUp(timeout: number): Promise<void> {
    if (this.#isUp) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeout);
    this.#waiting.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }

  /** What the work comes to; rejects at once where the connection is lost meanwhile. */
  whileUp<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#underWay.add(reject);
    const done = () => this.#underWay.delete(reject);
    work.then(resolve, reject).finally(done);
    return promise;
  }

  [Symbol.dispose](): void {
    (this.#status as { stop?: () => void }).stop?.();
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.#status) {
      if (type === 'disconnect') this.#lost();
      if (type === 'reconnect') this.#back();
    }
  }

  #lost(): void {
    this.#isUp = false;
    for (const reject of this.#underWay)
      reject(new AppendError('LOG_UNREACHABLE', 'The connection to the log was lost.'));
  }

  #back(): void {
    this.#isUp = true;
    for (const resolve of this.#waiting) resolve();
  }
}
