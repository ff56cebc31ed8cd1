import { SignJWT } from 'jose';
import { parsePermissions } from './permission-set.ts';
import { isUserName, looksAnonymous } from './user.ts';

/** Issuer and audience of the tokens that the local stack and the `dasf` command make. */
export const LOCAL_ISSUER = 'dasf-broker';
export const LOCAL_AUDIENCE = 'dasf-broker';

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
