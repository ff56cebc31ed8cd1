import { isSlug } from '@dasf-broker/protocol';
import { DASF } from './context.ts';
import { CliFault } from './fault.ts';
import type { Stack } from './stack.ts';

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

/** A topic as the API shows it. */
export interface TopicView {
  readonly name: string;
  readonly public: boolean;
  readonly supportsDasf: boolean;
  readonly storeMessages: string;
  readonly responseFor: string | null;
  readonly grants: Required<Grants>;
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

/** Longer than the API waits for its own servers. */
const PATIENCE_MS = 30_000;

/** The API's addresses for operators. Every call throws a `CliFault` where it fails. */
export class ApiClient {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async create(name: string, change: TopicChange): Promise<TopicView> {
    assertTopicName(name);
    return this.#ask('POST', 'topics', name, { name, ...change });
  }

  async update(name: string, change: TopicChange): Promise<TopicView> {
    return this.#ask('PATCH', pathOf(name), name, change);
  }

  async show(name: string): Promise<TopicView> {
    return this.#ask('GET', pathOf(name), name);
  }

  async remove(name: string): Promise<void> {
    await this.#ask('DELETE', pathOf(name), name);
  }

  async list(kind: 'ordinary' | 'all'): Promise<TopicView[]> {
    const topics: TopicView[] = [];
    let after: string | null = '';
    while (after !== null) {
      const query = new URLSearchParams({ kind, ...(after ? { after } : {}) });
      const page: { topics: TopicView[]; next: string | null } = await this.#ask(
        'GET',
        `topics?${query}`,
        '',
      );
      topics.push(...page.topics);
      after = page.next;
    }
    return topics;
  }

  async #ask<T>(method: string, path: string, name: string, body?: object): Promise<T> {
    const response = await this.#fetch(method, new URL(`/api/v1/${path}`, this.#stack.api), body);
    const text = await response.text();
    if (!response.ok) throw this.#faultOf(method, response.status, parsed<Problem>(text) ?? {}, name);
    const value = text === '' ? null : parsed<T>(text);
    if (value === undefined)
      throw new CliFault(`What answers at ${this.#stack.api.origin} is no DASF broker.`);
    return value as T;
  }

  async #fetch(method: string, url: URL, body: object | undefined): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#stack.token}`, accept: 'application/json' };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      if (body === undefined) return await fetch(url, { method, headers, signal });
      const json = { ...headers, 'content-type': 'application/json' };
      return await fetch(url, { method, headers: json, body: JSON.stringify(body), signal });
    } catch (cause) {
      if (signal.aborted)
        throw new CliFault(`The API at ${url.origin} takes too long; try again.`, { cause });
      throw new CliFault(`The API at ${url.origin} does not answer: start the stack with "npm start".`, {
        cause,
      });
    }
  }

  #faultOf(method: string, status: number, { code, detail }: Problem, name: string): CliFault {
    switch (code) {
      case 'TOPIC_UNKNOWN':
        return new CliFault(
          method === 'DELETE'
            ? `Topic ${name} does not exist: "${DASF} topic list" shows those that do.`
            : `Topic ${name} does not exist: make it with "${DASF} topic create ${name}".`,
        );
      case 'TOPIC_EXISTS':
        return new CliFault(
          `Topic ${name} exists already: change it with "${DASF} topic update ${name} <the same options>", or give rights alone with "${DASF} topic grant ${name}".`,
        );
    }
    if (status === 401 || status === 403) {
      const why = detail ?? `status ${status}`;
      return new CliFault(
        `The API refuses this token (${why}): set DASF_TOKEN to one that holds "administer".`,
      );
    }
    return new CliFault(detail ?? `The API at ${this.#stack.api.origin} answered with status ${status}.`);
  }
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

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
