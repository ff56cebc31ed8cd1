import { parseSecret, signToken } from '@dasf-broker/access';
import { type JWTPayload, SignJWT } from 'jose';

/** A broker as somebody sees it who has nothing but its addresses and the secret that signs its tokens. */
export interface Target {
  /** Where the websocket addresses begin, of each edge. */
  readonly edges: readonly [string, ...string[]];
  /** Where status and ping are, of each api. */
  readonly apis: readonly [string, ...string[]];
  token(user: string, permissions?: readonly string[], ttlSeconds?: number): Promise<string>;
  /** A token with these claims, however wrong, signed with the broker's own secret. */
  forge(claims: JWTPayload): Promise<string>;
}

/** @param secret as `DASF_JWT_SECRET` takes it */
export function targetAt(edges: readonly string[], apis: readonly string[], secret: string): Target {
  const key = parseSecret(secret);
  return {
    edges: atLeastOne('edge', edges),
    apis: atLeastOne('api', apis),
    token: (sub, permissions = [], ttlSeconds = 600) => signToken({ sub, permissions, ttlSeconds }, key),
    forge: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key),
  };
}

function atLeastOne(kind: string, addresses: readonly string[]): readonly [string, ...string[]] {
  const [first, ...others] = addresses;
  if (first === undefined) throw new TypeError(`A broker needs the address of an ${kind}.`);
  return [first, ...others];
}
