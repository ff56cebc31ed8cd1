import type { ApiClient } from './api-client.ts';
import { DASF } from './context.ts';

export interface ConnectionQuery {
  readonly topic?: string;
  readonly user?: string;
  readonly edge?: string;
  readonly kind?: string;
}

/** A connection as the API lists it. */
export interface ConnectionView {
  readonly id: string;
  readonly edge: string;
  readonly kind: string;
  readonly topic: string | null;
  readonly subscription: string | null;
  readonly user: string;
  readonly address: string;
  readonly since: string;
  readonly unsentBytes: number;
}

export interface ConnectionList {
  readonly connections: readonly ConnectionView[];
  /** Edges that did not answer. */
  readonly silent: readonly string[];
}

interface Page extends ConnectionList {
  readonly next: string | null;
}

/** What operators do with connections. Every call throws a `CliFault` where it fails. */
export class ConnectionsClient {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  async list(query: ConnectionQuery): Promise<ConnectionList> {
    const connections: ConnectionView[] = [];
    const silent = new Set<string>();
    let after: string | null = '';
    while (after !== null) {
      const words = new URLSearchParams({ ...query, limit: '200', ...(after ? { after } : {}) });
      const page: Page = await this.#api.ask('GET', `connections?${words}`, () => undefined);
      connections.push(...page.connections);
      for (const edge of page.silent) silent.add(edge);
      after = page.next;
    }
    return { connections, silent: [...silent] };
  }

  async end(id: string): Promise<void> {
    await this.#api.ask('DELETE', `connections/${encodeURIComponent(id)}`, (code) =>
      code === 'CONNECTION_UNKNOWN'
        ? `There is no such connection, or no longer: "${DASF} connection list" shows those that there are.`
        : undefined,
    );
  }
}
