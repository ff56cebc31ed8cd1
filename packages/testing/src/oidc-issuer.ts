import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** What an issuer does when its documents are asked for. */
export type IssuerConduct = 'good' | 'failing' | 'silent' | 'huge' | 'redirecting' | 'garbled';

interface SigningKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

const DISCOVERY = '/.well-known/openid-configuration';
const KEY_SET = '/keys';

/** A small OpenID Connect issuer on loopback, with keys that can be changed and faults that can be had. */
export class OidcIssuer implements AsyncDisposable {
  conduct: IssuerConduct = 'good';
  /** Overrides of the discovery document. */
  discovery: Readonly<Record<string, unknown>> = {};
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;
  #keys: SigningKey[] = [];
  #made = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      this.#answer(request.url ?? '', response);
    });
  }

  static async start(alg = 'RS256'): Promise<OidcIssuer> {
    const issuer = new OidcIssuer();
    await issuer.addKey(alg);
    await once(issuer.#server.listen(0, '127.0.0.1'), 'listening');
    return issuer;
  }

  /** As it stands in `iss`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get keySetUrl(): string {
    return this.url + KEY_SET;
  }

  /** Signs with a new key from now on; earlier ones stay in the set. */
  async addKey(alg = 'RS256'): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.#made += 1;
    this.#keys.push({
      alg,
      privateKey,
      jwk: { ...(await exportJWK(publicKey)), kid: `k${this.#made}`, alg },
    });
  }

  /** Signs with a new key, and withdraws all earlier ones. */
  async rotate(): Promise<void> {
    this.#keys = [];
    await this.addKey();
  }

  /** A token with all that is asked for and these claims; a claim that is `undefined` is left out. */
  sign(claims: JWTPayload = {}, header: Record<string, unknown> = {}): Promise<string> {
    const key = this.#keys.at(-1);
    if (!key) throw new Error('The issuer has no key.');
    const now = Math.floor(Date.now() / 1000);
    const preset = { iss: this.url, aud: 'dasf-broker', sub: 'ada', iat: now, exp: now + 300 };
    return new SignJWT({ ...preset, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.jwk.kid as string, ...header })
      .sign(key.privateKey);
  }

  /** The public key as anybody may read it. */
  get publicKey(): JWK {
    return this.#keys.at(-1)?.jwk ?? {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await this.#server[Symbol.asyncDispose]();
  }

  #answer(path: string, response: ServerResponse): void {
    switch (this.conduct) {
      case 'good':
        response.end(JSON.stringify(this.#documentAt(path)));
        return;
      case 'failing':
        response.writeHead(500).end();
        return;
      case 'silent':
        return;
      case 'huge':
        response.end(JSON.stringify({ ...this.#documentAt(path), padding: 'x'.repeat(70_000) }));
        return;
      case 'redirecting':
        response.writeHead(302, { location: `${path}?again` }).end(JSON.stringify(this.#documentAt(path)));
        return;
      case 'garbled':
        response.end('<html>');
        return;
      default:
        this.conduct satisfies never;
    }
  }

  #documentAt(path: string): object {
    if (path === KEY_SET) return { keys: this.#keys.map(({ jwk }) => jwk) };
    if (path !== DISCOVERY) return {};
    return { issuer: this.url, jwks_uri: this.keySetUrl, ...this.discovery };
  }
}
