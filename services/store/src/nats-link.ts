import type { NatsConnection } from '@nats-io/transport-node';

/** Tells when the connection to NATS was lost and is there again: what was heard in between is incomplete. */
export class NatsLink {
  readonly #listeners = new Set<() => void>();

  constructor(nc: NatsConnection) {
    void this.#listen(nc);
  }

  /** Returns what ends it. */
  onReconnect(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #listen(nc: NatsConnection): Promise<void> {
    for await (const { type } of nc.status()) if (type === 'reconnect') this.#tell();
  }

  /** Apart from the loop above: while that waits, it would hold the last listener, and what that knows, for hours. */
  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
