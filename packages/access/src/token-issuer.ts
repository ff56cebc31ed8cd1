import type { JWTPayload } from 'jose';
import type { TokenKeys } from './keys.ts';
import { type PermissionSet, parsePermissions } from './permission-set.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Somebody whose tokens are taken here, and what they are worth. */
export interface TokenIssuer {
  /** Required value of `iss`. */
  readonly issuer: string;
  /** `aud` must be, or hold, one of these. */
  readonly audiences: readonly string[];
  /** Required `typ` of the token's header; any where it is left out. */
  readonly type?: string;
  readonly keys: TokenKeys;
  readonly verified: VerifiedTokens;
  /** The claim that says whose token it is. */
  readonly userClaim: string;
  /** Begins the names of this issuer's users here, so that two issuers' users are never one. */
  readonly userPrefix: string;
  /** Beginnings of users' names that belong to other issuers. */
  readonly foreignPrefixes: readonly string[];
  /** What a token allows by its claims. */
  readonly permissionsOf: (claims: JWTPayload) => PermissionSet;
}

/** Reads issuers' keys ahead of the first token; from then on `report` is told what goes wrong with which. */
export function prepareIssuers(
  issuers: readonly TokenIssuer[],
  report: (issuer: string, fault: Error) => void,
): void {
  for (const { issuer, keys } of issuers) keys.prepare?.((fault) => report(issuer, fault));
}

/** The issuer that speaks this broker's own language: `sub` is the user, `permissions` what he may (AUT-2, AUT-5). */
export function ownIssuer(
  given: Pick<TokenIssuer, 'issuer' | 'keys'> & {
    readonly audience: string;
    readonly foreignPrefixes?: readonly string[];
  },
): TokenIssuer {
  const { issuer, keys, audience, foreignPrefixes = [] } = given;
  return {
    issuer,
    audiences: [audience],
    keys,
    verified: new VerifiedTokens(),
    userClaim: 'sub',
    userPrefix: '',
    foreignPrefixes,
    permissionsOf: (claims) => parsePermissions(claims['permissions']).permissions,
  };
}
