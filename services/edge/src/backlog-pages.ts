import { askBacklog, askPiece, type BacklogPage, type OutstandingMessage } from '@dasf-broker/backlog';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { EdgeContext } from './context.ts';

/** How long one question may take. */
const ANSWER_TIMEOUT_MS = 5000;
const RETRY_PAUSE_MS = 250;

/** Asks for a backlog page by page; each page once. */
export class BacklogPages {
  readonly #context: EdgeContext;
  readonly #topic: RegisteredTopic;
  readonly #user: string;
  #after = 0;
  #upTo: number | undefined;
  #waited = 0;

  constructor(context: EdgeContext, topic: RegisteredTopic, user: string) {
    this.#context = context;
    this.#topic = topic;
    this.#user = user;
  }

  /**
   * Milliseconds that questions took which nobody answered. While NATS is away none is asked: then nothing
   * can come live, either.
   */
  get waited(): number {
    return this.#waited;
  }

  /** What the backlog goes up to, once a page of it has come. */
  get upTo(): number | undefined {
    return this.#upTo;
  }

  /** The next page; `undefined` where no store answered, after a pause: ask again. */
  async next(): Promise<BacklogPage | undefined> {
    const { connection } = this.#context;
    await connection.untilUp(RETRY_PAUSE_MS);
    if (!connection.isUp) return undefined;
    const began = performance.now();
    try {
      const page = await connection.whileUp(this.#ask());
      this.#upTo = page.completeUpTo;
      this.#after = page.messages.at(-1)?.sequence ?? this.#after;
      return page;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      if (connection.isUp) this.#waited += performance.now() - began;
      return undefined;
    }
  }

  /**
   * A message's frame, asked for piece by piece where it is large; `undefined` where somebody acknowledged the
   * message meanwhile, or once it is no longer wanted.
   */
  async frameOf(
    { frame, pieces, sequence }: OutstandingMessage,
    isUnwanted: () => boolean,
  ): Promise<Uint8Array | undefined> {
    if (pieces === undefined) return frame;
    const parts: Uint8Array[] = [];
    while (parts.length < pieces && !isUnwanted()) {
      try {
        const part = await this.#askPiece(sequence, parts.length + 1);
        if (!part) return undefined;
        parts.push(part);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      }
    }
    return parts.length === pieces ? Buffer.concat(parts) : undefined;
  }

  #askPiece(sequence: number, ordinal: number): Promise<Uint8Array | undefined> {
    const { nc, subjects, connection } = this.#context;
    const question = { partition: this.#topic.partition, sequence, ordinal };
    return connection.whileUp(askPiece(nc, subjects, question, ANSWER_TIMEOUT_MS));
  }

  #ask(): Promise<BacklogPage> {
    const { nc, subjects } = this.#context;
    const { slug, uid, partition } = this.#topic;
    const place = { after: this.#after, ...(this.#upTo === undefined ? {} : { upTo: this.#upTo }) };
    const question = { partition, topic: slug, uid, user: this.#user, ...place };
    return askBacklog(nc, subjects, question, ANSWER_TIMEOUT_MS);
  }
}
