import {
  about,
  bool,
  ConfigError,
  duration,
  file,
  list,
  optional,
  type Setting,
  secret,
  text,
  type Values,
  withDefault,
} from '@dasf-broker/config';
import type { AccessSettings } from './authenticate.ts';
import { permissionsByClaims } from './claim-rules.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { type IssuerDescription, parseIssuers } from './issuers-file.ts';
import { createTokenKeys, parseKeySet } from './keys.ts';
import { parsePermissions } from './permission-set.ts';
import { parseSecret } from './secret.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from './sign-token.ts';
import { ownIssuer, type TokenIssuer } from './token-issuer.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const sharedSecret: Setting<Uint8Array> = {
  takes: 'base64 or base64url of 32 or more random bytes',
  parse: parseSecret,
};

const permission: Setting<string> = {
  takes: 'a permission such as can_produce:weather, can_view_status:* or add_brokertopic',
  parse: (entry) => {
    // A token's faulty entries give nothing; an operator's are said, since he can still do something about them.
    if (parsePermissions([entry]).ignored.length > 0) throw new TypeError('no permission');
    return entry;
  },
};

const origin: Setting<string> = {
  takes: 'an origin such as https://portal.example.org',
  parse: (value) => {
    const parsed = URL.parse(value);
    if (!/^https?:\/\/[^/]+\/?$/i.test(value) || !parsed || parsed.username) throw new TypeError('no origin');
    return parsed.origin;
  },
};

/** The settings of protocol section 3, for every service that lets users in. */
export const accessSpecs = {
  DASF_JWT_SECRET: about(
    "The key of the tokens that the broker's operator signs (HMAC).",
    optional(secret(sharedSecret)),
  ),
  DASF_JWT_JWKS_FILE: about(
    'The public keys of tokens that are signed with a private one.',
    optional(file('a JSON Web Key Set with public keys', parseKeySet)),
  ),
  DASF_JWT_ISSUER: about('The issuer (`iss`) that those tokens name.', withDefault(text(), LOCAL_ISSUER)),
  DASF_JWT_AUDIENCE: about(
    'The audience (`aud`) that those tokens name.',
    withDefault(text(), LOCAL_AUDIENCE),
  ),
  DASF_OIDC_ISSUERS_FILE: about(
    'OpenID Connect issuers, and what their claims are worth (docs/tokens.md).',
    optional(file('a JSON file that describes OpenID Connect issuers', parseIssuers)),
  ),
  DASF_OIDC_KEYS_MAX_AGE: about(
    'How long the last known keys of an issuer count while it is away.',
    withDefault(duration({ min: 600_000 }), 24 * 3_600_000),
  ),
  DASF_ALLOW_ANONYMOUS: about(
    'Whether users without a token are let in, as `anonymous`.',
    withDefault(bool(), true),
  ),
  DASF_ANONYMOUS_PERMISSIONS: about(
    'What they may do, beside what is stored on topics.',
    withDefault(list(permission), []),
  ),
  DASF_ALLOWED_ORIGINS: about(
    'Pages of other origins that may use the broker.',
    withDefault(list(origin), []),
  ),
  DASF_ALLOW_QUERY_TOKEN: about(
    'Whether a token may stand in the address (`?token=`), where proxies write it to their logs.',
    withDefault(bool(), false),
  ),
};

/**
 * @throws {ConfigError} where settings contradict each other
 */
export function accessSettings(values: Values<typeof accessSpecs>): AccessSettings {
  return {
    issuers: issuersOf(values),
    allowAnonymous: values.DASF_ALLOW_ANONYMOUS,
    anonymousPermissions: parsePermissions(values.DASF_ANONYMOUS_PERMISSIONS).permissions,
    allowedOrigins: new Set(values.DASF_ALLOWED_ORIGINS),
    allowQueryToken: values.DASF_ALLOW_QUERY_TOKEN,
  };
}

function issuersOf(values: Values<typeof accessSpecs>): TokenIssuer[] {
  const described = values.DASF_OIDC_ISSUERS_FILE ?? [];
  const { DASF_JWT_SECRET: secret, DASF_JWT_JWKS_FILE: jwks, DASF_JWT_ISSUER: issuer } = values;
  if (!secret && !jwks) return described.map((one) => oidcIssuer(one, values.DASF_OIDC_KEYS_MAX_AGE));
  if (described.some((one) => one.issuer === issuer)) {
    const problem = `is ${JSON.stringify(issuer)}, which is an issuer of DASF_OIDC_ISSUERS_FILE, too`;
    const takes = 'the issuer of tokens that are signed with DASF_JWT_SECRET or DASF_JWT_JWKS_FILE';
    throw new ConfigError([{ name: 'DASF_JWT_ISSUER', problem, takes }]);
  }
  const own = ownIssuer({
    issuer,
    audience: values.DASF_JWT_AUDIENCE,
    keys: createTokenKeys({ secret, jwks }),
    // An issuer without a prefix shares its users with this one: its operator says so.
    foreignPrefixes: described.map(({ userPrefix }) => userPrefix).filter((prefix) => prefix !== ''),
  });
  return [own, ...described.map((one) => oidcIssuer(one, values.DASF_OIDC_KEYS_MAX_AGE))];
}

function oidcIssuer(described: IssuerDescription, maxAge: number): TokenIssuer {
  const { issuer, audiences, algorithms, type, keySetUrl, userClaim, userPrefix } = described;
  const { permissionsClaim, rules } = described;
  return {
    issuer,
    audiences,
    userClaim,
    userPrefix,
    foreignPrefixes: [],
    verified: new VerifiedTokens(),
    ...(type === undefined ? {} : { type }),
    keys: new IssuerKeys({ issuer, algorithms, maxAge, ...(keySetUrl ? { keySetUrl } : {}) }),
    permissionsOf: (claims) => {
      const own = permissionsClaim === undefined ? [] : claims[permissionsClaim];
      const mapped = permissionsByClaims(claims, rules);
      return parsePermissions([...(Array.isArray(own) ? own : []), ...mapped]).permissions;
    },
  };
}
