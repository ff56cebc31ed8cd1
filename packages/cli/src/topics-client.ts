import { isSlug } from '@dasf-broker/protocol';
import type { ApiClient, Explain } from './api-client.ts';
import { DASF } from './context.ts';
import { CliFault } from './fault.ts';

/** Users by right. */
export interface Grants {
  readonly can_produce?: readonly string[];
  readonly can_consume?: readonly string[];
  readonly can_view_status?: readonly string[];
}

export interface TopicChange {
  readonly public?: boolean;
  readonly supportsDasf?: boolean;
  readonly storeMessages?: string;
  readonly grant?: Grants;
  readonly revoke?: Grants;
}

/** What is known of a topic beside its entry. */
export interface TopicStatus {
  readonly availability: string;
  readonly consumers: number;
  readonly pending: number;
  readonly stored: number;
  readonly storedResponses: number;
}

/** Which topics are listed. */
export interface TopicQuery {
  readonly kind: 'ordinary' | 'response' | 'all';
  readonly search?: string;
  readonly public?: 'true' | 'false';
  readonly availability?: string;
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly details?: 'true';
}

/** A topic as the API shows it. */
export interface TopicView {
  readonly name: string;
  readonly public: boolean;
  readonly supportsDasf: boolean;
  readonly storeMessages: string;
  readonly responseFor: string | null;
  readonly websocketUrl?: string | null;
  readonly status?: TopicStatus | null;
  readonly grants: Required<Grants>;
}

/** What operators do with topics. Every call throws a `CliFault` where it fails. */
export class TopicsClient {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  async create(name: string, change: TopicChange): Promise<TopicView> {
    assertTopicName(name);
    return this.#api.ask('POST', 'topics', explaining(name), { name, ...change });
  }

  async update(name: string, change: TopicChange): Promise<TopicView> {
    return this.#api.ask('PATCH', pathOf(name), explaining(name), change);
  }

  async show(name: string): Promise<TopicView> {
    return this.#api.ask('GET', pathOf(name), explaining(name));
  }

  async remove(name: string): Promise<void> {
    const advice = `"${DASF} topic list" shows those that do.`;
    await this.#api.ask('DELETE', pathOf(name), explaining(name, advice));
  }

  /** Asks its consumers for a sign of life, and waits for it. */
  async ping(name: string): Promise<TopicView> {
    return this.#api.ask('POST', `${pathOf(name)}/ping`, explaining(name));
  }

  /** Has what nobody uses of its response topics removed. */
  async collect(name: string): Promise<number> {
    const { found } = await this.#api.ask<{ found: number }>(
      'POST',
      `${pathOf(name)}/collect`,
      explaining(name),
    );
    return found;
  }

  async list(wanted: TopicQuery): Promise<TopicView[]> {
    const topics: TopicView[] = [];
    let after: string | null = '';
    while (after !== null) {
      const query = new URLSearchParams({ ...wanted, ...(after ? { after } : {}) });
      const page: { topics: TopicView[]; next: string | null } = await this.#api.ask(
        'GET',
        `topics?${query}`,
        () => undefined,
      );
      topics.push(...page.topics);
      after = page.next;
    }
    return topics;
  }
}

function explaining(name: string, advice = `make it with "${DASF} topic create ${name}".`): Explain {
  return (code) => {
    switch (code) {
      case 'TOPIC_UNKNOWN':
        return `Topic ${name} does not exist: ${advice}`;
      case 'TOPIC_EXISTS':
        return `Topic ${name} exists already: change it with "${DASF} topic update ${name} <the same options>", or give rights alone with "${DASF} topic grant ${name}".`;
      default:
        return undefined;
    }
  };
}

function pathOf(name: string): string {
  // Another name would be another address.
  assertTopicName(name);
  return `topics/${encodeURIComponent(name)}`;
}

function assertTopicName(name: string): void {
  if (isSlug(name)) return;
  throw new CliFault(
    `${JSON.stringify(name)} is no topic name: it has 1 to 255 letters and digits (of any script), "-" and "_".`,
  );
}
