import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { AccessError } from './errors.ts';
import type { TokenKeys } from './keys.ts';
import { parsePermissions } from './permission-set.ts';
import type { Identity } from './permissions.ts';
import { tokenFault } from './token-faults.ts';
import { isUserName, looksAnonymous } from './user.ts';

/** Issuer and audience of the tokens that the local stack and the `dasf` command make. */
export const LOCAL_ISSUER = 'dasf-broker';
export const LOCAL_AUDIENCE = 'dasf-broker';

/** Checked before anything is decoded; in characters. */
export const MAX_TOKEN_LENGTH = 8192;

/** How far another host's clock may be ahead of ours, in seconds. */
export const CLOCK_TOLERANCE_SECONDS = 30;

export interface TokenSettings {
  readonly keys: TokenKeys;
  /** Required value of `iss`. */
  readonly issuer: string;
  /** Required value of `aud`, or one of its values. */
  readonly audience: string;
}

/**
 * Checks a token and says whose it is (AUT-2, AUT-3).
 *
 * @throws {AccessError} with `TOKEN_INVALID`, `TOKEN_EXPIRED` or `TOKEN_NOT_YET_VALID`.
 */
export async function verifyToken(
  token: string,
  settings: TokenSettings,
  now = new Date(),
): Promise<Identity> {
  if (token === '') throw new AccessError('TOKEN_INVALID', 'The token is empty.');
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new AccessError('TOKEN_INVALID', `The token is longer than ${MAX_TOKEN_LENGTH} characters.`);
  }
  return identityOf(await verifiedClaims(token, settings, now), now);
}

async function verifiedClaims(token: string, settings: TokenSettings, now: Date): Promise<JWTPayload> {
  const { keys, issuer, audience } = settings;
  try {
    const { payload } = await jwtVerify(token, keys.find, {
      algorithms: [...keys.algorithms],
      issuer,
      audience,
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
    });
    return payload;
  } catch (error) {
    throw tokenFault(error);
  }
}

function identityOf(claims: JWTPayload, now: Date): Identity {
  const { sub, iat = Number.NaN, exp = Number.NaN } = claims;
  const seconds = now.getTime() / 1000;
  // The tolerance is for tokens made by a clock that is ahead. At its end a token ends: AUT-4 closes within 2 s.
  if (!(exp > seconds)) throw new AccessError('TOKEN_EXPIRED', 'The token has expired.');
  if (!(iat <= seconds + CLOCK_TOLERANCE_SECONDS)) {
    throw new AccessError('TOKEN_NOT_YET_VALID', 'The token was issued in the future ("iat").');
  }
  if (!isUserName(sub)) {
    throw new AccessError('TOKEN_INVALID', 'The token\'s "sub" is not 1 to 255 printable characters.');
  }
  if (looksAnonymous(sub)) {
    throw new AccessError('TOKEN_INVALID', 'The token\'s "sub" is reserved for users without a token.');
  }
  return {
    user: sub,
    permissions: parsePermissions(claims['permissions']).permissions,
    expiresAt: exp * 1000,
  };
}

export interface TokenRequest {
  readonly sub: string;
  /** Entries as in `parsePermissions`. */
  readonly permissions: readonly string[];
  readonly ttlSeconds: number;
  readonly issuer?: string;
  readonly audience?: string;
}

/**
 * Makes an HS256 token for the local stack; `secret` as `parseSecret` gives it.
 *
 * @throws {TypeError} where `sub`, a permission or the lifetime is one that `verifyToken` would not take.
 */
export async function signToken(
  request: TokenRequest,
  secret: Uint8Array,
  now = new Date(),
): Promise<string> {
  const { sub, permissions, ttlSeconds, issuer = LOCAL_ISSUER, audience = LOCAL_AUDIENCE } = request;
  if (!isUserName(sub) || looksAnonymous(sub))
    throw new TypeError(`No token can be made for user ${JSON.stringify(sub)}.`);
  const [unknown] = parsePermissions(permissions).ignored;
  if (unknown !== undefined) throw new TypeError(`${JSON.stringify(unknown)} is no permission.`);
  if (!(ttlSeconds >= 1)) throw new TypeError('A token lives for one second or more.');
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({ permissions })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(ttlSeconds))
    .sign(secret);
}
