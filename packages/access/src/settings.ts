import {
  bool,
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
import { createTokenKeys, parseKeySet } from './keys.ts';
import { parsePermissions } from './permission-set.ts';
import { parseSecret } from './secret.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from './tokens.ts';

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
  DASF_JWT_SECRET: optional(secret(sharedSecret)),
  DASF_JWT_JWKS_FILE: optional(file('a JSON Web Key Set with public keys', parseKeySet)),
  DASF_JWT_ISSUER: withDefault(text(), LOCAL_ISSUER),
  DASF_JWT_AUDIENCE: withDefault(text(), LOCAL_AUDIENCE),
  DASF_ALLOW_ANONYMOUS: withDefault(bool(), true),
  DASF_ANONYMOUS_PERMISSIONS: withDefault(list(permission), []),
  DASF_ALLOWED_ORIGINS: withDefault(list(origin), []),
  DASF_ALLOW_QUERY_TOKEN: withDefault(bool(), false),
};

export function accessSettings(values: Values<typeof accessSpecs>): AccessSettings {
  return {
    tokens: {
      keys: createTokenKeys({ secret: values.DASF_JWT_SECRET, jwks: values.DASF_JWT_JWKS_FILE }),
      issuer: values.DASF_JWT_ISSUER,
      audience: values.DASF_JWT_AUDIENCE,
    },
    allowAnonymous: values.DASF_ALLOW_ANONYMOUS,
    anonymousPermissions: parsePermissions(values.DASF_ANONYMOUS_PERMISSIONS).permissions,
    allowedOrigins: new Set(values.DASF_ALLOWED_ORIGINS),
    allowQueryToken: values.DASF_ALLOW_QUERY_TOKEN,
  };
}
