import { AccessError, digestOf, SERVICE_TOKEN, verifyServiceToken, verifyToken } from '@dasf-broker/access';
import fc, { type Arbitrary } from 'fast-check';
import { jsonText, objectText } from '../inputs/json-text.ts';
import { mutated } from '../inputs/mutated.ts';
import {
  GOOD_CLAIMS,
  GOOD_OPAQUE,
  GOOD_TOKEN,
  NOW,
  referenceUser,
  SETTINGS,
  serviceToken,
  signed,
} from '../reference/access.ts';
import { mustAgree, type Target } from '../target.ts';

const times = [GOOD_CLAIMS.iat, GOOD_CLAIMS.exp, 0, -1, 1e300, GOOD_CLAIMS.iat + 40, GOOD_CLAIMS.iat + 41];

const claimValues: Readonly<Record<string, Arbitrary<string>>> = {
  iss: fc.constantFrom('"dasf-broker"', '"elsewhere"'),
  aud: fc.constantFrom('"dasf-broker"', '["x","dasf-broker"]', '[]', '"x"'),
  sub: fc.oneof(
    fc.constantFrom('"ada"', '"anonymous"', '"\\uff21nonymous"', '" ada"', '""'),
    fc.string({ unit: 'binary', maxLength: 4 }).map((user) => JSON.stringify(user)),
  ),
  iat: fc.constantFrom(...times).map(String),
  exp: fc.constantFrom(...times).map(String),
  nbf: fc.constantFrom(...times).map(String),
  permissions: fc.constantFrom('["can_consume:*"]', '"*"', 'null'),
};
const headerValues: Readonly<Record<string, Arbitrary<string>>> = {
  alg: fc.constantFrom('"HS256"', '"none"', '"RS256"', '"HS512"', '"hs256"'),
  typ: fc.constantFrom('"JWT"', '"at+jwt"', '7'),
  kid: fc.constantFrom('"k1"', '"../x"', '"\\u0000"', '1'),
  crit: fc.constantFrom('["b64"]', '[]', '["exp"]', 'null'),
  b64: fc.constantFrom('true', 'false'),
  jwk: fc.constant('{"kty":"oct","k":"AA"}'),
};

/** The good members, some of them with other values, some more after them. */
function membersOf(
  good: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, Arbitrary<string>>>,
): Arbitrary<string> {
  const other = fc.oneof(...Object.entries(values).map(([name, value]) => member(name, value)));
  const kept = Object.entries(good).map(
    ([name, value]) => [JSON.stringify(name), JSON.stringify(value)] as const,
  );
  return objectText(fc.array(other, { maxLength: 2 }).map((others) => [...kept, ...others]));
}

function member(name: string, value: Arbitrary<string>): Arbitrary<readonly [string, string]> {
  const any = fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: jsonText });
  return any.map((text) => [JSON.stringify(name), text] as const);
}

const TOKEN_TOKENS = ['.', '=', '-', '_', '+', '/', ' ', 'A', 'eyJ', '..', '\n', 'dasf_'];
const withGoodSignature = fc
  .tuple(membersOf({ alg: 'HS256' }, headerValues), membersOf(GOOD_CLAIMS, claimValues))
  .map(([header, claims]) => signed(header, claims));
const anyPart = mutated(fc.constant(GOOD_TOKEN), TOKEN_TOKENS);
const anyOpaque = mutated(fc.constant(GOOD_OPAQUE), TOKEN_TOKENS);

/** Signed and opaque tokens: who is let in, against Node's own cryptography. */
export const tokens: Target = {
  name: 'tokens',
  inputs: fc
    .oneof({ weight: 3, arbitrary: withGoodSignature }, anyPart, anyOpaque)
    .map((token) => Buffer.from(token)),
  async try(input) {
    const token = input.toString();
    const user = await userOrRefusal(verifyToken(token, SETTINGS.issuers, NOW));
    mustAgree('whose token it is', user, referenceUser(token));
    const module = await userOrRefusal(verifyServiceToken(token, { find: async (id) => known(id) }, NOW));
    mustAgree('whose service token it is', module, token === GOOD_OPAQUE ? 'module' : undefined);
  },
};

const good = digestOf(SERVICE_TOKEN, GOOD_OPAQUE);

function known(id: string) {
  return good && id === good.id ? serviceToken(id, good.hash) : undefined;
}

async function userOrRefusal(verified: Promise<{ readonly user: string }>): Promise<string | undefined> {
  try {
    return (await verified).user;
  } catch (error) {
    if (error instanceof AccessError) return undefined;
    throw error;
  }
}
