import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { AccessError } from './errors.ts';
import { createTokenKeys, parseKeySet, type TokenKeys } from './keys.ts';
import { signToken } from './sign-token.ts';
import { ownIssuer, type TokenIssuer } from './token-issuer.ts';
import { MAX_TOKEN_LENGTH, verifyToken } from './tokens.ts';

const SECRET = new Uint8Array(randomBytes(32));
const NOW = new Date('2030-05-01T12:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const withKeys = (keys: TokenKeys): TokenIssuer[] => [
  ownIssuer({ keys, issuer: 'dasf-broker', audience: 'dasf-broker' }),
];
const settings = (sources = {}) => withKeys(createTokenKeys({ secret: SECRET, ...sources }));
const CLAIMS = { sub: 'ada', iss: 'dasf-broker', aud: 'dasf-broker', iat: SECONDS, exp: SECONDS + 60 };

const sign = (claims: JWTPayload, key: Parameters<SignJWT['sign']>[0] = SECRET, header = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);

async function faultOf(token: string, using = settings()): Promise<AccessError> {
  const error = await verifyToken(token, using, NOW).then(
    () => expect.fail('the token was taken'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AccessError);
  const fault = error as AccessError;
  expect(fault.status).toBe(401);
  // No part of the token longer than a few characters comes back.
  for (const part of token.split('.')) if (part.length > 8) expect(fault.message).not.toContain(part);
  return fault;
}

describe('AUT-2 a good token', () => {
  it('gives user, permissions and end', async () => {
    const request = { sub: 'ада', permissions: ['can_produce:weather', 'administer'], ttlSeconds: 3600 };
    const identity = await verifyToken(await signToken(request, SECRET, NOW), settings(), NOW);
    expect(identity).toMatchObject({ user: 'ада', expiresAt: NOW.getTime() + 3_600_000 });
    expect(identity.permissions.administer).toBe(true);
    expect(identity.permissions.can_produce.exact).toEqual(new Set(['weather']));
  });

  it('may be 30 s ahead of our clock, and may be for several audiences', async () => {
    const claims = { ...CLAIMS, iat: SECONDS + 29, nbf: SECONDS + 29, aud: ['other', 'dasf-broker'] };
    expect(await verifyToken(await sign(claims), settings(), NOW)).toMatchObject({ user: 'ada' });
  });

  it('gives nothing for a claim that is no list', async () => {
    const identity = await verifyToken(await sign({ ...CLAIMS, permissions: 'administer' }), settings(), NOW);
    expect(identity.permissions.administer).toBe(false);
  });
});

describe('T11 a token that is written otherwise', () => {
  it.each([' ', '\n', '\t', '=', '+', '%'])('is refused with %j within it, wherever', async (odd) => {
    const parts = (await sign(CLAIMS)).split('.');
    for (let at = 0; at < parts.length; at += 1) {
      const changed = parts.map((part, index) =>
        index === at ? `${part.slice(0, 5)}${odd}${part.slice(5)}` : part,
      );
      expect(await faultOf(changed.join('.'))).toMatchObject({ code: 'TOKEN_INVALID' });
    }
  });
});

describe('AUT-3 claims that are refused', () => {
  const without = (claim: keyof typeof CLAIMS) =>
    Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => name !== claim));
  it.each([
    ['expired, without tolerance', { ...CLAIMS, exp: SECONDS }, 'TOKEN_EXPIRED', /expired/],
    ['expired long ago', { ...CLAIMS, iat: 1, exp: 2 }, 'TOKEN_EXPIRED', /expired/],
    ['issued in the future', { ...CLAIMS, iat: SECONDS + 31 }, 'TOKEN_NOT_YET_VALID', /iat/],
    ['not before later', { ...CLAIMS, nbf: SECONDS + 31 }, 'TOKEN_NOT_YET_VALID', /nbf/],
    ['another issuer', { ...CLAIMS, iss: 'elsewhere' }, 'TOKEN_INVALID', /issuer/],
    ['another audience', { ...CLAIMS, aud: 'elsewhere' }, 'TOKEN_INVALID', /audience/],
    ['no exp', without('exp'), 'TOKEN_INVALID', /no "exp"/],
    ['no iat', without('iat'), 'TOKEN_INVALID', /no "iat"/],
    ['no sub', without('sub'), 'TOKEN_INVALID', /no "sub"/],
    ['no iss', without('iss'), 'TOKEN_INVALID', /no "iss"/],
    ['no aud', without('aud'), 'TOKEN_INVALID', /no "aud"/],
    ['exp as text', { ...CLAIMS, exp: '9999999999' }, 'TOKEN_INVALID', /exp/],
    ['an empty sub', { ...CLAIMS, sub: '' }, 'TOKEN_INVALID', /sub/],
    ['a sub of 256 characters', { ...CLAIMS, sub: 'x'.repeat(256) }, 'TOKEN_INVALID', /sub/],
    ['a sub with a line end', { ...CLAIMS, sub: 'ada\r\nX: y' }, 'TOKEN_INVALID', /sub/],
    ['a sub with an invisible character', { ...CLAIMS, sub: 'ada\u200b' }, 'TOKEN_INVALID', /sub/],
    ['a sub that is a number', { ...CLAIMS, sub: 7 }, 'TOKEN_INVALID', /sub/],
  ])('%s', async (_, claims, code, message) => {
    const fault = await faultOf(await sign(claims as JWTPayload));
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
  });

  it.each(['anonymous', 'Anonymous', 'ANONYMOUS', 'ａｎｏｎｙｍｏｕｓ'])(
    'AUT-2 no token may claim %s',
    async (sub) => {
      expect((await faultOf(await sign({ ...CLAIMS, sub }))).message).toMatch(/reserved/);
      await expect(signToken({ sub, permissions: [], ttlSeconds: 60 }, SECRET)).rejects.toThrow(TypeError);
    },
  );
});

describe('AUT-3 forms and signatures that are refused', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    ['empty', ''],
    ['no token', 'abc'],
    ['two parts', `${encode({ alg: 'HS256' })}.${encode(CLAIMS)}`],
    ['five parts, as of an encrypted token', 'a.b.c.d.e'],
    ['too long', `${encode({ alg: 'HS256' })}.${'x'.repeat(MAX_TOKEN_LENGTH)}.x`],
    ['no signature, algorithm none', `${encode({ alg: 'none' })}.${encode(CLAIMS)}.`],
    ['a signature of nothing', `${encode({ alg: 'HS256' })}.${encode(CLAIMS)}.AAAA`],
    ['a header that is a list', `${encode(['HS256'])}.${encode(CLAIMS)}.AAAA`],
  ])('%s', async (_, token) => {
    expect((await faultOf(token)).code).toBe('TOKEN_INVALID');
  });

  it('another secret, another digest, an unknown critical header, a key id that is a path', async () => {
    expect((await faultOf(await sign(CLAIMS, new Uint8Array(randomBytes(32))))).message).toMatch(/signature/);
    expect(
      (await faultOf(await sign(CLAIMS, new Uint8Array(randomBytes(64)), { alg: 'HS512' }))).message,
    ).toMatch(/algorithm/);
    expect((await faultOf(await sign(CLAIMS, SECRET, { kid: '../../etc/passwd' }))).message).toMatch(/kid/);
    const critical = `${encode({ alg: 'HS256', crit: ['x'], x: 1 })}.${encode(CLAIMS)}.AAAA`;
    expect((await faultOf(critical)).code).toBe('TOKEN_INVALID');
  });

  it('any, where no key is configured', async () => {
    const using = withKeys(createTokenKeys({}));
    expect((await faultOf(await sign(CLAIMS), using)).code).toBe('TOKEN_INVALID');
  });
});

describe('AUT-3 public keys', () => {
  const pair = async (alg: string, kid: string) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
  };

  it.each(['RS256', 'ES256', 'EdDSA'])('%s verifies against the key set', async (alg) => {
    const key = await pair(alg, 'k1');
    const using = settings({ jwks: parseKeySet(JSON.stringify({ keys: [key.jwk] })) });
    const token = await sign(CLAIMS, key.privateKey, { alg, kid: 'k1' });
    expect(await verifyToken(token, using, NOW)).toMatchObject({ user: 'ada' });
    const stranger = await pair(alg, 'k1');
    expect(
      (await faultOf(await sign(CLAIMS, stranger.privateKey, { alg, kid: 'k1' }), using)).message,
    ).toMatch(/signature/);
    expect((await faultOf(await sign(CLAIMS, key.privateKey, { alg, kid: 'k2' }), using)).message).toMatch(
      /not known/,
    );
  });

  it('are never taken for the shared secret', async () => {
    const key = await pair('RS256', 'k1');
    const using = withKeys(createTokenKeys({ jwks: { keys: [key.jwk] } }));
    const asSecret = Buffer.from(JSON.stringify(key.jwk));
    expect((await faultOf(await sign(CLAIMS, asSecret, { kid: 'k1' }), using)).message).toMatch(/algorithm/);
  });

  it('that a token brings along count for nothing', async () => {
    const stranger = await pair('ES256', 'k1');
    const using = settings({ jwks: { keys: [(await pair('ES256', 'k2')).jwk] } });
    const header = { alg: 'ES256', jwk: stranger.jwk, jku: 'https://example.org/keys' };
    expect((await faultOf(await sign(CLAIMS, stranger.privateKey, header), using)).code).toBe(
      'TOKEN_INVALID',
    );
  });

  it.each([
    ['no JSON', '{'],
    ['a single key', '{"kty":"OKP"}'],
    ['no keys', '{"keys":[]}'],
    ['a shared secret', '{"keys":[{"kty":"oct","k":"AAAA"}]}'],
    ['a private key', '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}]}'],
  ])('are refused as a set: %s', (_, text) => {
    expect(() => parseKeySet(text)).toThrow(expect.objectContaining({ code: 'KEY_SET_UNFIT' }));
  });
});
