import { SignJWT } from 'jose';
import { afterEach, expect, it, vi } from 'vitest';
import { createTokenKeys, type TokenKeys } from './keys.ts';
import { signToken } from './sign-token.ts';
import { ownIssuer } from './token-issuer.ts';
import { verifyToken } from './tokens.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const NOW = new Date('2030-05-01T12:00:00Z');
const HOUR = 3600;
const [secret, otherSecret] = [
  crypto.getRandomValues(new Uint8Array(32)),
  crypto.getRandomValues(new Uint8Array(32)),
];
const tokenOf = (sub: string) => signToken({ sub, permissions: [], ttlSeconds: HOUR }, secret, NOW);
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

/** An issuer whose keys can be exchanged. */
function createScene(verified = new VerifiedTokens()) {
  let keys = createTokenKeys({ secret });
  const changing: TokenKeys = {
    algorithms: keys.algorithms,
    find: (header, token) => keys.find(header, token),
  };
  const issuer = {
    ...ownIssuer({ issuer: 'dasf-broker', audience: 'dasf-broker', keys: changing }),
    verified,
  };
  return {
    verified,
    use: (other: TokenKeys) => {
      keys = other;
    },
    verify: async (token: string, now = NOW) => (await verifyToken(token, [issuer], now)).user,
  };
}

afterEach(() => void vi.restoreAllMocks());

it('AUT-3: a signature is checked once for all connections of a token', async () => {
  const { verify } = createScene();
  const checked = vi.spyOn(crypto.subtle, 'verify');
  const token = await tokenOf('ada');
  expect([await verify(token), await verify(token), await verify(token)]).toEqual(['ada', 'ada', 'ada']);
  expect(checked).toHaveBeenCalledTimes(1);
});

it('AUT-3: it counts for no other token, whatever that has in common with it', async () => {
  const { verify } = createScene();
  const token = await tokenOf('ada');
  await verify(token);
  const [head, , signature] = token.split('.');
  const [, claims] = (await tokenOf('bob')).split('.');
  for (const other of [`${head}.${claims}.${signature}`, `${token.slice(0, -4)}AAAA`, `${token}A`])
    await expect(verify(other)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
});

it('AUT-3: it counts no longer when the key is another, or none', async () => {
  const { verify, use } = createScene();
  const token = await tokenOf('ada');
  await verify(token);
  use(createTokenKeys({ secret: otherSecret }));
  await expect(verify(token)).rejects.toThrow(/signature/);
  use(createTokenKeys({}));
  await expect(verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  use(createTokenKeys({ secret }));
  expect(await verify(token)).toBe('ada');
});

it('AUT-4: a token ends when it says so, and does not begin before', async () => {
  const { verify } = createScene();
  const token = await tokenOf('ada');
  await verify(token);
  expect(await verify(token, after(HOUR - 1))).toBe('ada');
  await expect(verify(token, after(HOUR))).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  await expect(verify(token, after(-31))).rejects.toMatchObject({ code: 'TOKEN_NOT_YET_VALID' });
});

it('AUT-3: a token that was good is not, where the clock is set back before its "nbf"', async () => {
  const { verify } = createScene();
  const at = (seconds: number) => after(seconds).getTime() / 1000;
  const claims = {
    sub: 'ada',
    iss: 'dasf-broker',
    aud: 'dasf-broker',
    iat: at(-60),
    nbf: at(20),
    exp: at(60),
  };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret);
  expect(await verify(token)).toBe('ada');
  await expect(verify(token, after(-20))).rejects.toThrow(/nbf/);
});

it('of very many, those are remembered that were here last', async () => {
  const { verify, verified } = createScene(new VerifiedTokens(2));
  const [one = '', two = '', three = ''] = await Promise.all(['a', 'b', 'c'].map(tokenOf));
  for (const token of [one, two, one, three]) await verify(token);
  expect(verified.size).toBe(2);
  const checked = vi.spyOn(crypto.subtle, 'verify');
  await verify(one);
  expect(checked).not.toHaveBeenCalled();
  await verify(two);
  expect(checked).toHaveBeenCalledTimes(1);
});
