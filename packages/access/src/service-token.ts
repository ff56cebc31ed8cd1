import { AccessError } from './errors.ts';
import { digestOf, SERVICE_TOKEN, sameHash } from './opaque-token.ts';
import { parsePermissions } from './permission-set.ts';
import type { Identity } from './permissions.ts';
import { isUserName, looksAnonymous } from './user.ts';

/** A service token as it is kept (AUT-6). The token itself is known to its holder alone. */
export interface ServiceToken {
  readonly id: string;
  /** SHA-256 of the token, in hexadecimal. */
  readonly hash: string;
  /** What operators know it by. */
  readonly name: string;
  /** The user whose token it is. */
  readonly subject: string;
  /** Entries as in `parsePermissions`. */
  readonly permissions: readonly string[];
  readonly creator: string;
  /** RFC 3339 */
  readonly created: string;
  /** RFC 3339; `null`: it lives until it is revoked. */
  readonly expires: string | null;
}

/** Where service tokens are looked up. */
export interface ServiceTokenLookup {
  /**
   * The token of this id, unless it was revoked. What was revoked more than two seconds ago is not found, and
   * what was made by anybody is; whoever cannot be sure of both rejects.
   */
  find(id: string): Promise<ServiceToken | undefined>;
}

/** No token is known: for services that let nobody in. */
export const NO_SERVICE_TOKENS: ServiceTokenLookup = { find: async () => undefined };

/**
 * Checks a service token and says whose it is (AUT-6).
 *
 * @throws {AccessError} `TOKEN_INVALID`, `TOKEN_EXPIRED`, or `TOKENS_UNREACHABLE` where nobody can say now
 */
export async function verifyServiceToken(
  token: string,
  lookup: ServiceTokenLookup,
  now: Date,
): Promise<Identity> {
  const digest = digestOf(SERVICE_TOKEN, token);
  if (!digest) throw new AccessError('TOKEN_INVALID', 'The service token is incomplete or mistyped.');
  const known = await lookup.find(digest.id).catch((cause: unknown) => {
    throw new AccessError('TOKENS_UNREACHABLE', 'Service tokens cannot be checked now; try again.', {
      cause,
    });
  });
  if (!known || !sameHash(known.hash, digest.hash)) {
    throw new AccessError('TOKEN_INVALID', 'The service token is not known here, or was revoked.');
  }
  return identityOf(known, now);
}

function identityOf({ id, subject, permissions, expires }: ServiceToken, now: Date): Identity {
  const expiresAt = expires === null ? undefined : Date.parse(expires);
  // An end that cannot be read has come.
  if (expiresAt !== undefined && !(expiresAt > now.getTime())) {
    throw new AccessError('TOKEN_EXPIRED', 'The service token has expired.');
  }
  if (!isUserName(subject) || looksAnonymous(subject)) {
    throw new AccessError('TOKEN_INVALID', "The service token's user is none that a token may name.");
  }
  return {
    user: subject,
    permissions: parsePermissions(permissions).permissions,
    serviceToken: id,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
