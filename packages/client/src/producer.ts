import { type PublishAnswer, PublishError } from './frames.ts';
import { ReconnectingSocket, type SocketOptions } from './reconnecting-socket.ts';

interface Unanswered {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The outcome is unknown: a retry with the same id settles it (PUB-9). */
const UNKNOWN_OUTCOME = 'send-error:8';
const RETRY_PAUSE_MS = 500;

/**
 * Publishes frames to one topic, each exactly once: what has no answer is sent again with the same id, after
 * a loss or an error that leaves the outcome open (PUB-8).
 */
export class Producer implements AsyncDisposable {
  readonly #socket: ReconnectingSocket;
  readonly #unanswered = new Map<string, Unanswered>();
  /** Why nothing can be published any more. */
  #ended: Error | undefined;

  constructor(topic: string, options: Pick<SocketOptions, 'url' | 'token'>) {
    this.#socket = new ReconnectingSocket(encodeURIComponent(topic), {
      ...options,
      onOpen: () => this.#sendAll(),
      onText: (text) => this.#answered(JSON.parse(text) as PublishAnswer),
      onRefused: (reason) => this.#end(reason),
    });
  }

  /**
   * Resolves when the broker has made the message durable.
   *
   * @throws {PublishError} where the broker does not take it
   */
  async publish(frame: { payload?: string; properties?: object }): Promise<void> {
    if (this.#ended) throw this.#ended;
    const messageId = crypto.randomUUID();
    const text = JSON.stringify({ messageId, ...frame });
    return new Promise((resolve, reject) => {
      this.#unanswered.set(messageId, { text, resolve, reject });
      this.#socket.send(text);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(new Error('The producer was closed.'));
    await this.#socket[Symbol.asyncDispose]();
  }

  #answered(answer: PublishAnswer): void {
    const frame = this.#unanswered.get(answer.messageId ?? '');
    if (!frame || answer.messageId === null) return;
    if (answer.result === UNKNOWN_OUTCOME) {
      setTimeout(() => this.#socket.send(frame.text), RETRY_PAUSE_MS);
      return;
    }
    this.#unanswered.delete(answer.messageId);
    if (answer.result === 'ok') frame.resolve();
    else frame.reject(new PublishError(answer));
  }

  #sendAll(): void {
    for (const { text } of this.#unanswered.values()) this.#socket.send(text);
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#unanswered.values()) reject(reason);
    this.#unanswered.clear();
  }
}
