import { eventually, type IssuerConduct, OidcIssuer } from '@dasf-broker/testing';
import { generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IssuerKeys } from './issuer-keys.ts';
import { ownIssuer } from './token-issuer.ts';
import { verifyToken } from './tokens.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

function taking(issuer: OidcIssuer, change: Partial<ConstructorParameters<typeof IssuerKeys>[0]> = {}) {
  const keys = new IssuerKeys({ issuer: issuer.url, algorithms: ['RS256'], maxAge: HOUR, ...change });
  const faults: string[] = [];
  const own = ownIssuer({ issuer: issuer.url, audience: 'dasf-broker', keys });
  return {
    keys,
    faults,
    verify: async (token: string) => (await verifyToken(token, [own], new Date())).user,
  };
}

/** As if so much time had passed; sockets and timers go on as before. */
function passTime(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
}

afterEach(() => void vi.useRealTimers());

describe('AUT-3 the keys of an issuer', () => {
  it('are found by discovery, once for many tokens', async () => {
    await using issuer = await OidcIssuer.start();
    const { verify } = taking(issuer);
    const token = await issuer.sign();
    expect(await Promise.all(Array.from({ length: 50 }, () => verify(token)))).toEqual(Array(50).fill('ada'));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('are found without discovery where the operator says where they are', async () => {
    await using issuer = await OidcIssuer.start();
    const { verify } = taking(issuer, { keySetUrl: new URL(issuer.keySetUrl) });
    expect(await verify(await issuer.sign())).toBe('ada');
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('may be read ahead of the first token', async () => {
    await using issuer = await OidcIssuer.start();
    const { keys, faults, verify } = taking(issuer);
    keys.prepare(({ message }) => faults.push(message));
    await eventually(() => issuer.asked.length === 2);
    await verify(await issuer.sign());
    expect([issuer.asked.length, faults]).toEqual([2, []]);
  });

  it('change: a new one is known by the first token that it signed', async () => {
    await using issuer = await OidcIssuer.start();
    const { verify } = taking(issuer);
    await verify(await issuer.sign());
    await issuer.addKey();
    passTime(31_000);
    expect(await verify(await issuer.sign())).toBe('ada');
  });

  it('that were withdrawn count for minutes at most', async () => {
    await using issuer = await OidcIssuer.start();
    const { verify } = taking(issuer);
    const token = await issuer.sign({ exp: Math.floor(Date.now() / 1000) + 3600 });
    await verify(token);
    await issuer.rotate();
    passTime(10 * MINUTE + 1);
    await expect(verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID', status: 401 });
  });
});

describe('AUT-3 an issuer that is away', () => {
  const away: IssuerConduct[] = ['failing', 'silent', 'huge', 'redirecting', 'garbled'];

  it.each(away)(
    '(%s) lets nobody in who is not known yet, within 2 s, and everybody afterwards',
    async (conduct) => {
      await using issuer = await OidcIssuer.start();
      const { verify } = taking(issuer);
      const token = await issuer.sign();
      issuer.conduct = conduct;
      const asked = performance.now();
      await expect(verify(token)).rejects.toMatchObject({
        code: 'ISSUER_UNREACHABLE',
        status: 503,
        retry: true,
      });
      expect(performance.now() - asked).toBeLessThan(2000);
      issuer.conduct = 'good';
      if (conduct === 'silent') await eventually(() => verify(token).catch(() => false));
      passTime(5001);
      expect(await verify(token)).toBe('ada');
    },
  );

  it.each(away)(
    '(%s) still lets in who is signed with its last keys, for as long as is stated',
    async (conduct) => {
      await using issuer = await OidcIssuer.start();
      const { keys, verify, faults } = taking(issuer);
      keys.prepare(({ message }) => faults.push(message));
      const token = await issuer.sign({ exp: Math.floor(Date.now() / 1000) + 7200 });
      await verify(token);
      issuer.conduct = conduct;
      passTime(HOUR - MINUTE);
      expect(await verify(token)).toBe('ada');
      expect(await verify(token)).toBe('ada');
      await eventually(() => faults.length === 1);
      passTime(2 * MINUTE);
      await expect(verify(token)).rejects.toMatchObject({ code: 'ISSUER_UNREACHABLE', status: 503 });
    },
    20_000,
  );

  it('is not called a liar: a key that may be new is no reason for 401', async () => {
    await using issuer = await OidcIssuer.start();
    const { verify } = taking(issuer);
    await verify(await issuer.sign());
    await issuer.addKey();
    issuer.conduct = 'failing';
    passTime(31_000);
    await expect(verify(await issuer.sign())).rejects.toMatchObject({ code: 'ISSUER_UNREACHABLE' });
  });
});

describe('T8: where keys are read', () => {
  it.each([
    ['another issuer', { issuer: 'https://evil.example' }, /names the issuer "https:\/\/evil.example", not/],
    ['no key set', { jwks_uri: 7 }, /no address as "jwks_uri"/],
    ['a key set elsewhere', { jwks_uri: 'http://127.0.0.1:1/keys' }, /at another host: .* configure it/],
  ])('a discovery document that names %s is not followed', async (_, discovery, message) => {
    await using issuer = await OidcIssuer.start();
    issuer.discovery = discovery;
    const { keys, faults, verify } = taking(issuer);
    keys.prepare((fault) => faults.push(fault.message));
    await expect(verify(await issuer.sign())).rejects.toMatchObject({ code: 'ISSUER_UNREACHABLE' });
    expect(faults).toEqual([expect.stringMatching(message)]);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration']);
  });

  it.each([
    ['redirecting', /answers with status 302/],
    ['huge', /larger than 65536 bytes/],
    ['failing', /answers with status 500/],
    ['garbled', /cannot be read \(.*JSON/],
  ] as const)('a document that is %s is not taken', async (conduct, message) => {
    await using issuer = await OidcIssuer.start();
    issuer.conduct = conduct;
    const { keys, faults } = taking(issuer);
    keys.prepare((fault) => faults.push(fault.message));
    await eventually(() => faults.length === 1);
    expect(faults).toEqual([expect.stringMatching(message)]);
    expect(issuer.asked).toHaveLength(1);
  });

  it('is https, but on this machine', async () => {
    await using issuer = await OidcIssuer.start();
    const keySetUrl = new URL('http://issuer.example.org/keys');
    const { keys, faults } = taking(issuer, { keySetUrl });
    keys.prepare((fault) => faults.push(fault.message));
    await eventually(() => faults.length === 1);
    expect(faults).toEqual(['http://issuer.example.org/keys is not https.']);
  });

  it('no key that a token brings along or points to is looked at', async () => {
    await using issuer = await OidcIssuer.start();
    await using stranger = await OidcIssuer.start();
    const { verify } = taking(issuer);
    const brought = { jwk: stranger.publicKey, jku: stranger.keySetUrl, x5u: stranger.keySetUrl };
    const token = await stranger.sign({ iss: issuer.url }, brought);
    await expect(verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(stranger.asked).toEqual([]);
  });
});

describe('T9: made-up key ids', () => {
  it.each(['good', 'failing', 'silent'] as const)(
    'cost the issuer (%s) one question in half a minute, however many come',
    async (conduct) => {
      await using issuer = await OidcIssuer.start();
      const { verify } = taking(issuer);
      const good = await issuer.sign();
      await verify(good);
      issuer.conduct = conduct;
      passTime(31_000);
      issuer.asked.length = 0;
      const { privateKey } = await generateKeyPair('RS256');
      const forged = (kid: string) =>
        new SignJWT({ iss: issuer.url }).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
      const all = await Promise.all(Array.from({ length: 30 }, (_, n) => forged(`made-up-${n}`)));
      const together = await Promise.allSettled(all.slice(0, 15).map(verify));
      for (const token of all.slice(15)) together.push(...(await Promise.allSettled([verify(token)])));
      expect(together.every(({ status }) => status === 'rejected')).toBe(true);
      expect(issuer.asked).toHaveLength(conduct === 'good' ? 2 : 1);
      expect(await verify(good)).toBe('ada');
    },
    60_000,
  );
});
