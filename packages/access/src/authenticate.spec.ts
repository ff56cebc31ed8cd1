import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AccessRequest, type AccessSettings, authenticate as authenticateWith } from './authenticate.ts';
import { ACCESS_FAULTS } from './errors.ts';
import { createTokenKeys } from './keys.ts';
import { parsePermissions } from './permission-set.ts';
import { NO_SERVICE_TOKENS } from './service-token.ts';
import { signToken } from './sign-token.ts';
import { ownIssuer } from './token-issuer.ts';

const secret = new Uint8Array(randomBytes(32));
const settings: AccessSettings = {
  issuers: [ownIssuer({ keys: createTokenKeys({ secret }), issuer: 'dasf-broker', audience: 'dasf-broker' })],
  allowAnonymous: true,
  anonymousPermissions: parsePermissions(['can_view_status:*']).permissions,
  allowedOrigins: new Set(['https://portal.example.org']),
  allowQueryToken: false,
};
const token = await signToken({ sub: 'ada', permissions: ['can_produce:weather'], ttlSeconds: 60 }, secret);
const authenticate = (request: AccessRequest, using: AccessSettings) =>
  authenticateWith(request, using, { serviceTokens: NO_SERVICE_TOKENS });
const request = (headers: AccessRequest['headers']): AccessRequest => ({
  url: '/ws/weather',
  headers: { host: 'broker.example.org', ...headers },
});

describe('AUT-2 who is speaking', () => {
  it('is whom the token names, with what the token gives and nothing of anonymous', async () => {
    const ada = await authenticate(request({ authorization: `Token ${token}` }), settings);
    expect(ada.user).toBe('ada');
    expect(ada.permissions).toEqual(parsePermissions(['can_produce:weather']).permissions);
    expect(ada.expiresAt).toBeGreaterThan(Date.now());
  });

  it('is anonymous without a token, with what the settings give', async () => {
    const nobody = await authenticate(request({}), settings);
    expect(nobody).toEqual({ user: 'anonymous', permissions: settings.anonymousPermissions });
  });

  it('must be said where anonymous is not let in', async () => {
    const strict = { ...settings, allowAnonymous: false };
    await expect(authenticate(request({}), strict)).rejects.toMatchObject({
      code: 'TOKEN_REQUIRED',
      status: 401,
    });
    expect(await authenticate(request({ authorization: `Bearer ${token}` }), strict)).toMatchObject({
      user: 'ada',
    });
  });
});

describe('AUT-3 a token that does not verify', () => {
  it.each(['Token nonsense', 'Token', `Bearer ${token}x`])(
    'never makes a user anonymous: %s',
    async (authorization) => {
      await expect(authenticate(request({ authorization }), settings)).rejects.toMatchObject({
        code: 'TOKEN_INVALID',
      });
    },
  );

  it('is not passed over for a good one further down', async () => {
    const both = request({
      authorization: 'Token nonsense',
      cookie: `dasf_token=${token}`,
      origin: 'https://portal.example.org',
    });
    await expect(authenticate(both, settings)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

describe('AUT-7 pages', () => {
  it('that are not listed are refused, whatever they bring', async () => {
    const evil = request({ authorization: `Token ${token}`, origin: 'https://evil.org' });
    await expect(authenticate(evil, settings)).rejects.toMatchObject({ code: 'ORIGIN_REFUSED', status: 403 });
  });

  it.each(['https://portal.example.org', 'https://broker.example.org'])(
    'of %s may use the cookie',
    async (origin) => {
      expect(await authenticate(request({ cookie: `dasf_token=${token}`, origin }), settings)).toMatchObject({
        user: 'ada',
      });
    },
  );

  it('are what cookies are for: without one they do not count', async () => {
    expect(await authenticate(request({ cookie: `dasf_token=${token}` }), settings)).toMatchObject({
      user: 'anonymous',
    });
  });

  it('of the host that a trusted proxy was asked for are at home', async () => {
    const behind = {
      ...request({ cookie: `dasf_token=${token}`, origin: 'https://public.example.org' }),
      host: 'public.example.org',
    };
    expect(await authenticate(behind, settings)).toMatchObject({ user: 'ada' });
  });
});

it('every fault has a status that clients understand', () => {
  expect(new Set(Object.values(ACCESS_FAULTS))).toEqual(new Set([401, 403, 503]));
});
