import { randomBytes } from 'node:crypto';
import { readSettings } from '@dasf-broker/config';
import { describe, expect, it } from 'vitest';
import { authenticate } from './authenticate.ts';
import { NO_SERVICE_TOKENS } from './service-token.ts';
import { accessSettings, accessSpecs } from './settings.ts';
import { signToken } from './sign-token.ts';

const read = (env: Record<string, string>) => accessSettings(readSettings(accessSpecs, env));

describe('section 3 settings', () => {
  it('let nobody but anonymous in by default, and allow him nothing', () => {
    const settings = read({});
    expect(settings).toMatchObject({
      allowAnonymous: true,
      allowQueryToken: false,
      allowedOrigins: new Set(),
    });
    expect(settings.anonymousPermissions).toMatchObject({
      addTopics: false,
      can_consume: { exact: new Set(), prefixes: [] },
    });
    expect(settings.issuers).toEqual([]);
  });

  it('take tokens signed with the shared secret', async () => {
    const text = randomBytes(32).toString('base64url');
    const token = await signToken(
      { sub: 'ada', permissions: [], ttlSeconds: 60 },
      new Uint8Array(Buffer.from(text, 'base64url')),
    );
    const request = { headers: { authorization: `Bearer ${token}` }, url: '/' };
    expect(
      await authenticate(request, read({ DASF_JWT_SECRET: text }), { serviceTokens: NO_SERVICE_TOKENS }),
    ).toMatchObject({ user: 'ada' });
  });

  it('AUT-7 write origins as browsers do', () => {
    const list = 'https://Portal.example.org/, http://localhost:5173, https://a.example:443';
    expect(read({ DASF_ALLOWED_ORIGINS: list }).allowedOrigins).toEqual(
      new Set(['https://portal.example.org', 'http://localhost:5173', 'https://a.example']),
    );
  });

  it.each([
    ['DASF_JWT_SECRET', 'short', /not shown.*32 or more random bytes/],
    ['DASF_JWT_JWKS_FILE', '/nowhere/jwks.json', /ENOENT.*Key Set/],
    ['DASF_ALLOWED_ORIGINS', '*', /"\*".*an origin such as/],
    ['DASF_ALLOWED_ORIGINS', 'https://a.example/path', /an origin such as/],
    ['DASF_ALLOWED_ORIGINS', 'null', /an origin such as/],
    ['DASF_ANONYMOUS_PERMISSIONS', 'can_consume:a*b', /a permission such as/],
  ])('refuse %s=%s', (name, value, message) => {
    expect(() => read({ [name]: value })).toThrow(message);
  });
});
