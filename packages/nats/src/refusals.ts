import { type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';

/** NATS does not let this service do what it must do: the server's configuration is at fault. */
export class NatsRefused extends Error {
  readonly code = 'NATS_REFUSED';

  constructor({ operation, subject, message }: PermissionViolationError) {
    const what = subject ? `${operation === 'publish' ? 'publish to' : 'listen to'} ${subject}` : message;
    super(`NATS does not let this service ${what}: give it its rights (docs/rights.md).`);
    this.name = 'NatsRefused';
  }
}

/** The refusal that an error comes from; `undefined` where it is another error. */
export function refusalIn(error: unknown): NatsRefused | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof NatsRefused) return at;
    if (at instanceof PermissionViolationError) return new NatsRefused(at);
  }
  return undefined;
}

const REMEMBERED_SUBJECTS = 1000;
/** What is tried again and again is told again, but not each time. */
const TELL_AGAIN_AFTER_MS = 60_000;

/**
 * What the server has refused since this connection began. The client library tells of it, if at all, whoever waits
 * for an answer; what needs no answer would fail in silence.
 */
export class Refusals implements Disposable {
  readonly #nc: NatsConnection;
  readonly #status: ReturnType<NatsConnection['status']>;
  /** When a subject was last refused. */
  readonly #published = new Map<string, number>();
  readonly #told = new Map<string, number>();
  #subscription: NatsRefused | undefined;

  /** @param told is called at refusals, once a minute for each subject */
  constructor(nc: NatsConnection, told: (refused: NatsRefused) => void = () => {}) {
    this.#nc = nc;
    this.#status = nc.status();
    void this.#follow(told);
  }

  /** A subject that is listened to no more; it stays so until the process starts anew. */
  get subscription(): NatsRefused | undefined {
    return this.#subscription;
  }

  /** Whether the server refused to take what was published to the subject, at this time of `performance` or later. */
  refusedPublishing(subject: string, since: number): boolean {
    return (this.#published.get(subject) ?? Number.NEGATIVE_INFINITY) >= since;
  }

  /**
   * Resolves when the server has taken all that was asked of it up to now.
   *
   * @throws {NatsRefused} where it did not take a subscription
   */
  async settled(): Promise<void> {
    // The server answers in order; the refusal is told in a turn of its own.
    await this.#nc.flush();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#subscription) throw this.#subscription;
  }

  [Symbol.dispose](): void {
    (this.#status as { stop?: () => void }).stop?.();
  }

  async #follow(told: (refused: NatsRefused) => void): Promise<void> {
    for await (const status of this.#status) {
      if (status.type === 'error' && status.error instanceof PermissionViolationError)
        this.#take(status.error, told);
    }
  }

  #take(error: PermissionViolationError, told: (refused: NatsRefused) => void): void {
    const refused = new NatsRefused(error);
    const now = performance.now();
    for (const known of [this.#published, this.#told]) if (known.size >= REMEMBERED_SUBJECTS) known.clear();
    if (error.operation === 'subscription') this.#subscription = refused;
    else this.#published.set(error.subject, now);
    if (now - (this.#told.get(refused.message) ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_AFTER_MS) return;
    this.#told.set(refused.message, now);
    told(refused);
  }
}
