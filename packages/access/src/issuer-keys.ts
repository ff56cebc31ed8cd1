import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type ExportedJWKSCache,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwksCache,
} from 'jose';
import { AccessError } from './errors.ts';
import { IssuerFault, readIssuerDocument } from './issuer-document.ts';
import { assertKeyId, isKeySet, type TokenKeys } from './keys.ts';

/** Keys are read again when they are this old: what an issuer withdraws counts no longer. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** T9: made-up key ids cost the issuer one question in this time, whether it answers or not. */
const COOLDOWN_MS = 30_000;
/** Without any keys all users of the issuer wait. */
const FIRST_RETRY_MS = 5000;
const TIMEOUT_MS = 5000;
/** URL-6: an upgrade is answered within 2 s, however slow the issuer is. */
const PATIENCE_MS = 1500;

export interface IssuerKeysOptions {
  readonly issuer: string;
  readonly algorithms: readonly string[];
  /** Where the key set is, if it is not to be discovered. */
  readonly keySetUrl?: URL;
  /** Milliseconds that keys count for while the issuer does not answer. */
  readonly maxAge: number;
}

/**
 * The public keys of an OpenID Connect issuer, found by discovery and read again as they change. While the issuer is
 * away, the keys that it had count until they are `maxAge` old; then no token of its is taken until it is back.
 */
export class IssuerKeys implements TokenKeys {
  readonly #options: IssuerKeysOptions;
  readonly #cache: Partial<ExportedJWKSCache> = {};
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  /** The keys of the cache, ready for use: those of the library end when they must be read again. */
  #kept: { readonly jwks: JSONWebKeySet; readonly find: JWTVerifyGetKey } | undefined;
  #failure: { readonly at: number; readonly fault: IssuerFault } | undefined;
  #report: (fault: IssuerFault) => void = () => {};

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
    this.#remote = createRemoteJWKSet(new URL(options.issuer), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: REFRESH_AFTER_MS,
      // Both documents each time: a key set may move, and what is never read again cannot be withdrawn.
      [customFetch]: async (_url, { signal }) => Response.json(await this.#read(signal)),
      [jwksCache]: this.#cache as ExportedJWKSCache,
    });
  }

  get algorithms(): readonly string[] {
    return this.#options.algorithms;
  }

  /** Reads the keys ahead of the first token; from then on `report` is told what goes wrong. */
  prepare(report: (fault: IssuerFault) => void): void {
    this.#report = report;
    this.#remote.reload().catch(() => {});
  }

  readonly find: JWTVerifyGetKey = async (header, token) => {
    assertKeyId(header);
    try {
      return await inTime(this.#remote(header, token));
    } catch (error) {
      if (error instanceof IssuerFault) return this.#findAmongKept(error, header, token);
      throw error;
    }
  };

  async #findAmongKept(cause: IssuerFault, ...asked: Parameters<JWTVerifyGetKey>) {
    const { jwks, uat = Number.NEGATIVE_INFINITY } = this.#cache;
    if (!jwks || Date.now() - uat > this.#options.maxAge) throw unreachable(cause);
    if (this.#kept?.jwks !== jwks) this.#kept = { jwks, find: createLocalJWKSet(jwks) };
    try {
      return await this.#kept.find(...asked);
    } catch (error) {
      // It may be a new key of an issuer that cannot be asked.
      throw error instanceof errors.JWKSNoMatchingKey ? unreachable(cause) : error;
    }
  }

  async #read(signal: AbortSignal): Promise<JSONWebKeySet> {
    const pause = this.#cache.jwks ? COOLDOWN_MS : FIRST_RETRY_MS;
    if (this.#failure && Date.now() - this.#failure.at < pause) throw this.#failure.fault;
    try {
      const keys = await readKeySet(this.#options, signal);
      this.#failure = undefined;
      return keys;
    } catch (error) {
      const fault = error as IssuerFault;
      this.#failure = { at: Date.now(), fault };
      this.#report(fault);
      throw fault;
    }
  }
}

async function readKeySet(
  { issuer, keySetUrl }: IssuerKeysOptions,
  signal: AbortSignal,
): Promise<JSONWebKeySet> {
  const url = keySetUrl ?? (await discover(issuer, signal));
  const keys = await readIssuerDocument(url, signal);
  if (!isKeySet(keys)) throw new IssuerFault(`${url.href} is no JSON Web Key Set.`);
  return keys;
}

/** OpenID Connect Discovery 1.0, section 4: the document must name the issuer that it was asked of. */
async function discover(issuer: string, signal: AbortSignal): Promise<URL> {
  const address = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const document = await readIssuerDocument(address, signal);
  const { issuer: named, jwks_uri: keySet } = Object(document) as Record<string, unknown>;
  if (named !== issuer) {
    throw new IssuerFault(`${address.href} names the issuer ${JSON.stringify(named)}, not "${issuer}".`);
  }
  const url = typeof keySet === 'string' ? URL.parse(keySet) : null;
  if (!url) throw new IssuerFault(`${address.href} has no address as "jwks_uri".`);
  if (url.host !== address.host) {
    throw new IssuerFault(
      `${address.href} has its keys at another host: if ${url.href} is right, configure it as "keySetUrl".`,
    );
  }
  return url;
}

function unreachable(cause: IssuerFault): AccessError {
  return new AccessError('ISSUER_UNREACHABLE', "The issuer's keys cannot be had now; try again.", { cause });
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new IssuerFault('The issuer takes too long.')), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
