import {
  createInbox,
  errors,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  PermissionViolationError,
} from '@nats-io/transport-node';

interface Question {
  readonly subject: string;
  readonly resolve: (answer: Msg) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const NO_RESPONDERS = 503;

/**
 * Asks over one subscription, as the client library's `request` does, which makes an error and half a dozen promises
 * for each question: too much where each message is one.
 */
export class Answers {
  static readonly #ofConnections = new WeakMap<NatsConnection, Answers>();
  readonly #nc: NatsConnection;
  readonly #inbox: string;
  readonly #open = new Map<string, Question>();
  #asked = 0;

  private constructor(nc: NatsConnection) {
    this.#nc = nc;
    this.#inbox = `${createInbox(prefixOf(nc))}.`;
    nc.subscribe(`${this.#inbox}*`, {
      callback: (error, answer) => {
        if (!error) this.#take(answer);
      },
    });
    void this.#follow();
  }

  /** Those of a connection, for as long as it lasts. */
  static of(nc: NatsConnection): Answers {
    const known = Answers.#ofConnections.get(nc) ?? new Answers(nc);
    Answers.#ofConnections.set(nc, known);
    return known;
  }

  /**
   * The answer to what is published.
   *
   * @param timeout milliseconds
   * @throws {errors.NoRespondersError | errors.TimeoutError | PermissionViolationError | Error} the last where the
   *   connection is closed
   */
  ask(subject: string, body: Uint8Array, headers: MsgHdrs, timeout: number): Promise<Msg> {
    this.#asked += 1;
    const token = this.#asked.toString(36);
    return new Promise((resolve, reject) => {
      const late = () => this.#fail(token, new errors.TimeoutError());
      this.#open.set(token, { subject, resolve, reject, timer: setTimeout(late, timeout) });
      try {
        this.#nc.publish(subject, body, { headers, reply: this.#inbox + token });
      } catch (error) {
        this.#fail(token, error as Error);
      }
    });
  }

  #take(answer: Msg): void {
    const question = this.#close(answer.subject.slice(this.#inbox.length));
    if (!question) return;
    if (answer.data.length === 0 && answer.headers?.code === NO_RESPONDERS)
      question.reject(new errors.NoRespondersError(question.subject));
    else question.resolve(answer);
  }

  #fail(token: string, reason: Error): void {
    this.#close(token)?.reject(reason);
  }

  #close(token: string): Question | undefined {
    const question = this.#open.get(token);
    this.#open.delete(token);
    clearTimeout(question?.timer);
    return question;
  }

  /** The server says which subject it refused, not which message: the first one that waits is it. */
  async #follow(): Promise<void> {
    for await (const status of this.#nc.status()) {
      if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
      const { operation, subject } = status.error;
      const [refused] = [...this.#open].find(([, question]) => question.subject === subject) ?? [];
      if (operation === 'publish' && refused !== undefined) this.#fail(refused, status.error);
    }
    for (const token of [...this.#open.keys()]) this.#fail(token, new Error('The connection is closed.'));
  }
}

/** Services may hear answers below a prefix of their own only. */
function prefixOf(nc: NatsConnection): string | undefined {
  return (nc as { options?: { inboxPrefix?: string } }).options?.inboxPrefix;
}
