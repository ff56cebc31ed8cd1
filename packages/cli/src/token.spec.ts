import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createTokenKeys,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  ownIssuer,
  parseSecret,
  verifyToken,
} from '@dasf-broker/access';
import { describe, expect, it } from 'vitest';
import { createTerminal } from './testing/terminal.ts';

const verify = (token: string, secret: string, change = {}) =>
  verifyToken(token, [
    ownIssuer({
      keys: createTokenKeys({ secret: parseSecret(secret) }),
      issuer: LOCAL_ISSUER,
      audience: LOCAL_AUDIENCE,
      ...change,
    }),
  ]);

describe('dasf token', () => {
  it('makes the key before the first start, for its owner alone, and a token that fits', async () => {
    await using terminal = await createTerminal();
    const { code, out, err } = await terminal.dasf(
      'token',
      '--sub',
      'ada',
      '--permission',
      'can_produce:weather',
      '--permission',
      'add_brokertopic',
      '--ttl',
      '10min',
    );
    const path = join(terminal.dataDir, 'token-secret');
    expect([code, err]).toEqual([0, expect.stringContaining(`Made a new key, ${path}`)]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const identity = await verify(out, await readFile(path, 'utf8'));
    expect(identity).toMatchObject({ user: 'ada', permissions: { addTopics: true, administer: false } });
    expect(identity.permissions.can_produce.exact).toEqual(new Set(['weather']));
    expect((identity.expiresAt ?? 0) - Date.now()).toBeGreaterThan(9 * 60_000);
  });

  it('keeps the key for later tokens', async () => {
    await using terminal = await createTerminal();
    const all = await Promise.all(Array.from({ length: 4 }, () => terminal.dasf('token', '--sub', 'ada')));
    const secret = await readFile(join(terminal.dataDir, 'token-secret'), 'utf8');
    for (const { out } of all) expect(await verify(out, secret)).toMatchObject({ user: 'ada' });
    expect((await terminal.dasf('token', '--sub', 'ada')).err).toBe('');
  });

  it('is for whom the stack expects it to be', async () => {
    await using terminal = await createTerminal({ DASF_JWT_ISSUER: 'me', DASF_JWT_AUDIENCE: 'you' });
    const { out } = await terminal.dasf('token', '--sub', 'ada');
    const secret = await readFile(join(terminal.dataDir, 'token-secret'), 'utf8');
    expect(await verify(out, secret, { issuer: 'me', audience: 'you' })).toMatchObject({ user: 'ada' });
  });

  it.each([
    [['--sub', 'anonymous'], /No token can be made for user "anonymous"/],
    [['--sub', ''], /No token can be made/],
    [['--sub', 'ada', '--permission', 'can_fly:*'], /"can_fly:\*" is no permission: take add_brokertopic/],
    [['--sub', 'ada', '--ttl', '5'], /--ttl is "5"; it takes a duration/],
    [['--sub', 'ada', '--ttl', '10ms'], /--ttl/],
    [['--sub', 'ada', '--ttl', '99999d'], /--ttl is "99999d"; .* from 1s to 36500d/],
    [[], /required option '--sub <name>'/],
  ])('refuses %j', async (words, message) => {
    await using terminal = await createTerminal();
    const { code, out, err } = await terminal.dasf('token', ...words);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });

  it('does not replace a key that is unfit', async () => {
    await using terminal = await createTerminal();
    await mkdir(terminal.dataDir);
    await writeFile(join(terminal.dataDir, 'token-secret'), 'short');
    expect(await terminal.dasf('token', '--sub', 'ada')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/token-secret cannot be used .*put it right/),
    });
  });
});
