import { askBacklog, type BacklogPage } from '@dasf-broker/backlog';
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

  #ask(): Promise<BacklogPage> {
    const { nc, subjects } = this.#context;
    const { slug, uid, partition } = this.#topic;
    const place = { after: this.#after, ...(this.#upTo === undefined ? {} : { upTo: this.#upTo }) };
    const question = { partition, topic: slug, uid, user: this.#user, ...place };
    return askBacklog(nc, subjects, question, ANSWER_TIMEOUT_MS);
  }
}
