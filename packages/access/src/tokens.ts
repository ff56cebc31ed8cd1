import { decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { CLOCK_TOLERANCE_SECONDS } from './clock-tolerance.ts';
import { AccessError } from './errors.ts';
import type { Identity } from './permissions.ts';
import { NOT_SIGNED, tokenFault } from './token-faults.ts';
import type { TokenIssuer } from './token-issuer.ts';
import { isUserName, looksAnonymous } from './user.ts';

/** Checked before anything is decoded; in characters. */
export const MAX_TOKEN_LENGTH = 8192;

/** RFC 7515's compact form and nothing else: the library forgives white space within it. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Checks a token and says whose it is (AUT-2, AUT-3). The issuer that it names is the only one whose keys and rules
 * are tried.
 *
 * @throws {AccessError} with `TOKEN_INVALID`, `TOKEN_EXPIRED` or `TOKEN_NOT_YET_VALID`; with `ISSUER_UNREACHABLE`
 *   where the issuer's keys cannot be had.
 */
export async function verifyToken(
  token: string,
  issuers: readonly TokenIssuer[],
  now = new Date(),
): Promise<Identity> {
  if (token === '') throw new AccessError('TOKEN_INVALID', 'The token is empty.');
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new AccessError('TOKEN_INVALID', `The token is longer than ${MAX_TOKEN_LENGTH} characters.`);
  }
  if (!COMPACT.test(token)) throw new AccessError('TOKEN_INVALID', NOT_SIGNED);
  try {
    const issuer = issuerOf(token, issuers);
    return identityOf(await verifiedClaims(token, issuer, now), issuer, now);
  } catch (error) {
    throw tokenFault(error);
  }
}

/** Whom a token says that it is from; that it is is checked afterwards. */
function issuerOf(token: string, issuers: readonly TokenIssuer[]): TokenIssuer {
  const { iss } = decodeJwt(token);
  const issuer = issuers.find((one) => one.issuer === iss);
  if (issuer) return issuer;
  throw new AccessError(
    'TOKEN_INVALID',
    iss === undefined
      ? 'The token has no "iss".'
      : 'The token\'s issuer ("iss") is none whose tokens are taken here.',
  );
}

async function verifiedClaims(token: string, issuer: TokenIssuer, now: Date): Promise<JWTPayload> {
  const { keys, verified } = issuer;
  return (
    (await verified.claimsOf(token, keys, now)) ?? verified.keep(token, await verify(token, issuer, now))
  );
}

function verify(token: string, { issuer, audiences, keys, type }: TokenIssuer, now: Date) {
  return jwtVerify(token, keys.find, {
    algorithms: [...keys.algorithms],
    issuer,
    audience: [...audiences],
    requiredClaims: ['exp', 'iat', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: now,
    ...(type === undefined ? {} : { typ: type }),
  });
}

function identityOf(claims: JWTPayload, issuer: TokenIssuer, now: Date): Identity {
  const { iat = Number.NaN, exp = Number.NaN } = claims;
  const seconds = now.getTime() / 1000;
  // The tolerance is for tokens made by a clock that is ahead. At its end a token ends: AUT-4 closes within 2 s.
  if (!(exp > seconds)) throw new AccessError('TOKEN_EXPIRED', 'The token has expired.');
  if (!(iat <= seconds + CLOCK_TOLERANCE_SECONDS)) {
    throw new AccessError('TOKEN_NOT_YET_VALID', 'The token was issued in the future ("iat").');
  }
  return { user: userOf(claims, issuer), permissions: issuer.permissionsOf(claims), expiresAt: exp * 1000 };
}

function userOf(claims: JWTPayload, { userClaim, userPrefix, foreignPrefixes }: TokenIssuer): string {
  const named = claims[userClaim];
  const user = `${userPrefix}${named}`;
  const refuse = (why: string) => new AccessError('TOKEN_INVALID', `The token's "${userClaim}" ${why}.`);
  if (!isUserName(named) || !isUserName(user)) throw refuse('is not 1 to 255 printable characters');
  if (looksAnonymous(named) || looksAnonymous(user)) throw refuse('is reserved for users without a token');
  if (foreignPrefixes.some((prefix) => user.startsWith(prefix))) throw refuse('belongs to another issuer');
  return user;
}
