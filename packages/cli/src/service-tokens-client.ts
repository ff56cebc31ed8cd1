import type { ApiClient } from './api-client.ts';
import { DASF } from './context.ts';

export interface NewServiceToken {
  readonly name: string;
  readonly subject: string;
  readonly permissions: readonly string[];
  /** RFC 3339; null: until it is revoked. */
  readonly expires: string | null;
}

/** A service token as the API shows it. */
export interface ServiceTokenView extends NewServiceToken {
  readonly id: string;
  readonly creator: string;
  readonly created: string;
}

export interface IssuedServiceToken extends ServiceTokenView {
  readonly token: string;
}

/** What operators do with service tokens. Every call throws a `CliFault` where it fails. */
export class ServiceTokensClient {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  create(request: NewServiceToken): Promise<IssuedServiceToken> {
    return this.#api.ask('POST', 'service-tokens', () => undefined, request);
  }

  async list(): Promise<readonly ServiceTokenView[]> {
    const { serviceTokens } = await this.#api.ask<{ serviceTokens: ServiceTokenView[] }>(
      'GET',
      'service-tokens',
      () => undefined,
    );
    return serviceTokens;
  }

  async revoke(id: string): Promise<void> {
    const explain = (code: string | undefined) =>
      code === 'SERVICE_TOKEN_UNKNOWN'
        ? `There is no service token ${id}: "${DASF} service-token list" shows those that there are.`
        : undefined;
    await this.#api.ask('DELETE', `service-tokens/${encodeURIComponent(id)}`, explain);
  }
}
