import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose';
import { AccessError } from './errors.ts';

const SHARED = 'HS256';
const PUBLIC = ['RS256', 'ES256', 'EdDSA'] as const;

// A key id is only ever compared with the ids of the set; this keeps it from being worth a try elsewhere.
const KEY_ID = /^[\w.-]{1,64}$/;

/** The keys that tokens are checked with, and the only algorithms that are taken. */
export interface TokenKeys {
  readonly algorithms: readonly string[];
  readonly find: JWTVerifyGetKey;
  /** Reads what is needed ahead of the first token; from then on `report` is told what goes wrong. */
  prepare?(report: (fault: Error) => void): void;
}

export interface KeySources {
  /** For development: the shared secret of HS256, as `parseSecret` gives it. */
  readonly secret?: Uint8Array | undefined;
  /** Public keys for RS256, ES256 and EdDSA. */
  readonly jwks?: JSONWebKeySet | undefined;
}

/**
 * One kind of key for each kind of algorithm: a public key can never be taken for a shared secret. Keys that a
 * token brings along or points to (`jwk`, `jku`, `x5u`) are not looked at. Without sources no token verifies.
 */
export function createTokenKeys({ secret, jwks }: KeySources): TokenKeys {
  const findPublic = jwks && createLocalJWKSet(jwks);
  // Once: of bytes the library would make a key for each token.
  const shared = secret && asKey(secret);
  return {
    algorithms: [...(secret ? [SHARED] : []), ...(findPublic ? PUBLIC : [])],
    find: async (header, token) => {
      assertKeyId(header);
      if (header.alg === SHARED && shared) return shared;
      if (header.alg !== SHARED && findPublic) return findPublic(header, token);
      throw new errors.JOSEAlgNotAllowed();
    },
  };
}

function asKey(secret: Uint8Array) {
  const bytes = new Uint8Array(secret);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/** @throws {AccessError} `TOKEN_INVALID` */
export function assertKeyId({ kid }: JWTHeaderParameters): void {
  if (kid === undefined || (typeof kid === 'string' && KEY_ID.test(kid))) return;
  throw new AccessError('TOKEN_INVALID', 'The token\'s "kid" is malformed.');
}

/** A key set that must not be used. */
export class KeySetError extends Error {
  readonly code = 'KEY_SET_UNFIT';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeySetError';
  }
}

/**
 * Reads a JSON Web Key Set from a file's contents.
 *
 * @throws {KeySetError} where it is no key set, is empty, or holds a secret or private key.
 */
export function parseKeySet(text: string): JSONWebKeySet {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new KeySetError('The key set is not JSON.', { cause });
  }
  if (!isKeySet(value)) throw new KeySetError('The key set is not of the form {"keys": [{"kty": …}, …]}.');
  if (value.keys.length === 0) throw new KeySetError('The key set is empty.');
  if (value.keys.some((key) => key.kty === 'oct' || 'd' in key || 'k' in key)) {
    throw new KeySetError('The key set holds a secret or private key; it takes public keys only.');
  }
  return value;
}

export function isKeySet(value: unknown): value is JSONWebKeySet {
  const keys = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : undefined;
  return (
    Array.isArray(keys) &&
    keys.every((key) => typeof key === 'object' && key !== null && typeof key.kty === 'string')
  );
}
