import { describe, expect, it } from 'vitest';
import { createOpaqueToken, digestOf, SERVICE_TOKEN } from './opaque-token.ts';
import { parsePermissions } from './permission-set.ts';
import { type ServiceToken, verifyServiceToken } from './service-token.ts';

const NOW = new Date('2030-05-01T12:00:00Z');
const TOKEN = createOpaqueToken(SERVICE_TOKEN);

function known(change: Partial<ServiceToken> = {}): ServiceToken {
  const digest = digestOf(SERVICE_TOKEN, TOKEN) ?? expect.fail('no token');
  return {
    ...digest,
    name: 'tides on cluster 3',
    subject: 'tides',
    permissions: ['can_consume:tides'],
    creator: 'olga',
    created: '2030-01-01T00:00:00Z',
    expires: null,
    ...change,
  };
}

const verify = (token: string, entry: ServiceToken | undefined) =>
  verifyServiceToken(token, { find: async () => entry }, NOW);

describe('AUT-6 a service token', () => {
  it('gives its subject, permissions and end, and says which one it is', async () => {
    const { id } = known();
    const permissions = parsePermissions(['can_consume:tides']).permissions;
    expect(await verify(TOKEN, known())).toEqual({ user: 'tides', permissions, serviceToken: id });
    expect(await verify(TOKEN, known({ expires: '2030-05-01T12:00:01Z' }))).toMatchObject({
      expiresAt: NOW.getTime() + 1000,
    });
  });

  it.each([
    ['one that is not known', undefined, 'TOKEN_INVALID'],
    ['another one of the same id', known({ hash: 'f'.repeat(64) }), 'TOKEN_INVALID'],
    ['one that has expired', known({ expires: '2030-05-01T12:00:00Z' }), 'TOKEN_EXPIRED'],
    ['one whose end cannot be read', known({ expires: 'soon' }), 'TOKEN_EXPIRED'],
    ['one of anonymous', known({ subject: 'Anonymous' }), 'TOKEN_INVALID'],
  ])('is refused: %s', async (_, entry, code) => {
    await expect(verify(TOKEN, entry)).rejects.toMatchObject({ code, status: 401, retry: false });
  });

  it('that is mistyped is refused without asking anybody', async () => {
    const ask = () => expect.fail('nobody need be asked');
    await expect(verifyServiceToken(`${TOKEN}x`, { find: ask }, NOW)).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  });

  it('is refused for the time being where nobody can say whether it was revoked', async () => {
    const find = () => Promise.reject(new Error('away'));
    await expect(verifyServiceToken(TOKEN, { find }, NOW)).rejects.toMatchObject({
      code: 'TOKENS_UNREACHABLE',
      status: 503,
      retry: true,
    });
  });
});
