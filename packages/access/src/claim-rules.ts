import type { JWTPayload } from 'jose';

/** What the values of one claim are worth. */
export interface ClaimRule {
  /** A claim's name, or a JSON Pointer into the claims (`/realm_access/roles`). */
  readonly claim: string;
  /** Permissions by value. */
  readonly exact: ReadonlyMap<string, readonly string[]>;
  /** Permissions by beginning of a value. */
  readonly prefixes: readonly (readonly [prefix: string, permissions: readonly string[]])[];
}

/** Reads values as configured: as they stand, or with one star at the end for all that begin alike. */
export function claimRule(claim: string, values: ReadonlyMap<string, readonly string[]>): ClaimRule {
  const entries = [...values];
  return {
    claim,
    exact: new Map(entries.filter(([value]) => !value.endsWith('*'))),
    prefixes: entries.flatMap(([value, permissions]) =>
      value.endsWith('*') ? [[value.slice(0, -1), permissions] as const] : [],
    ),
  };
}

/** The permissions that claims are worth, as in `parsePermissions`. What is no text gives nothing. */
export function permissionsByClaims(claims: JWTPayload, rules: readonly ClaimRule[]): string[] {
  return rules.flatMap(({ claim, exact, prefixes }) =>
    textsOf(claimOf(claims, claim)).flatMap((value) => [
      ...(exact.get(value) ?? []),
      ...prefixes.flatMap(([prefix, permissions]) => (value.startsWith(prefix) ? permissions : [])),
    ]),
  );
}

function textsOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === 'string');
}

/** RFC 6901 where the name begins with a slash: issuers nest their claims. */
function claimOf(claims: unknown, claim: string): unknown {
  if (!claim.startsWith('/')) return ownValue(claims, claim);
  const steps = claim.slice(1).split('/');
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, step) => ownValue(value, step), claims);
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
