import type { ApiClient, Explain } from './api-client.ts';
import { DASF } from './context.ts';

/** Which messages are listed. */
export interface MessageQuery {
  readonly topic?: string;
  readonly sourceTopic?: string;
  readonly user?: string;
  readonly response?: 'true' | 'false';
  readonly delivered?: 'true' | 'false';
  readonly since?: string;
  readonly until?: string;
}

/** A message as the API lists it. */
export interface MessageSummary {
  readonly id: string;
  readonly topic: string;
  readonly messageId: string;
  readonly user: string | null;
  readonly retention: string;
  readonly messageType: string | null;
  readonly sourceTopic: string | null;
  readonly responseTopic: string | null;
  readonly requestContext: string | null;
  readonly publishedAt: string;
  readonly delivered: boolean;
}

/** A message as the API shows it. */
export interface MessageView extends MessageSummary {
  readonly bytes: number;
  readonly deliveries: readonly { readonly user: string; readonly at: string }[];
  readonly content: {
    readonly properties: Readonly<Record<string, unknown>>;
    readonly payload: {
      readonly kind: 'json' | 'text' | 'binary';
      readonly text: string;
      readonly bytes: number;
      readonly truncated: boolean;
    } | null;
  } | null;
}

/** The API gives out no larger pages. */
const LARGEST_PAGE = 1000;

/** What operators do with stored messages. Every call throws a `CliFault` where it fails. */
export class MessagesClient {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** The newest ones that match. */
  async list(query: MessageQuery, most: number): Promise<MessageSummary[]> {
    const found: MessageSummary[] = [];
    let after: string | null = '';
    while (after !== null && found.length < most) {
      const limit = String(Math.min(most - found.length, LARGEST_PAGE));
      const words = new URLSearchParams({ ...query, limit, ...(after ? { after } : {}) });
      const page: { messages: MessageSummary[]; next: string | null } = await this.#api.ask(
        'GET',
        `messages?${words}`,
        explain,
      );
      found.push(...page.messages);
      after = page.next;
    }
    return found;
  }

  show(id: string): Promise<MessageView> {
    return this.#api.ask('GET', pathOf(id), explain);
  }

  async remove(id: string): Promise<void> {
    await this.#api.ask('DELETE', pathOf(id), explain);
  }

  /** @param messageId that it gets: sent with the same one again, it is sent once */
  async sendAgain(id: string, messageId: string): Promise<void> {
    const query = new URLSearchParams({ messageId });
    await this.#api.ask('POST', `${pathOf(id)}/send-again?${query}`, (code) =>
      code === 'LOG_UNREACHABLE'
        ? `It is not known whether the message was sent: try again with --message-id ${messageId}, then it is sent once.`
        : explain(code),
    );
  }
}

function pathOf(id: string): string {
  return `messages/${encodeURIComponent(id)}`;
}

const explain: Explain = (code) => {
  switch (code) {
    case 'MESSAGE_UNKNOWN':
      return `There is no such message: it may have been acknowledged. "${DASF} message list" shows those that there are.`;
    case 'TOPIC_UNKNOWN':
      return `There is no such topic: "${DASF} topic list" shows those that there are.`;
    default:
      return undefined;
  }
};
