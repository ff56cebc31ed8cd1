import { describe, expect, it } from 'vitest';
import { fakeApi } from './testing/fake-api.ts';
import { createTerminal } from './testing/terminal.ts';

const VIEW = {
  id: '0123456789abcdef',
  name: 'tides on cluster 3',
  subject: 'tides',
  permissions: ['can_consume:tides'],
  creator: 'operator',
  created: '2030-01-01T00:00:00.000Z',
  expires: null,
};

async function terminalAt(api: { url: string }) {
  return createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
}

describe('AUT-6 dasf service-token', () => {
  it('create prints the token alone where a script reads it, and the rest for its user', async () => {
    await using api = await fakeApi(201, { ...VIEW, token: 'dasf_secret' });
    await using terminal = await terminalAt(api);
    const options = ['--name', VIEW.name, '--sub', 'tides', '--permission', 'can_consume:tides'];
    expect(await terminal.dasf('service-token', 'create', ...options)).toEqual({
      code: 0,
      out: 'dasf_secret',
      err: 'This is shown once. Its id is 0123456789abcdef.',
    });
    const { name, subject, permissions, expires } = VIEW;
    expect(api.asked).toEqual([
      {
        method: 'POST',
        url: '/api/v1/service-tokens',
        token: 'Bearer mine',
        body: { name, subject, permissions, expires },
      },
    ]);
  });

  it('create takes a lifetime', async () => {
    await using api = await fakeApi(201, { ...VIEW, token: 'dasf_secret' });
    await using terminal = await terminalAt(api);
    await terminal.dasf('service-token', 'create', '--name', 'x', '--sub', 'y', '--ttl', '30d');
    const [{ body }] = api.asked as unknown as [{ body: { expires: string } }];
    expect(Date.parse(body.expires) - Date.now()).toBeGreaterThan(29.9 * 86_400_000);
  });

  it.each([
    [['create', '--sub', 'y'], /required option '--name <name>'/],
    [['create', '--name', 'x'], /required option '--sub <user>'/],
    [['create', '--name', 'x', '--sub', 'y', '--permission', 'can_fly:*'], /"can_fly:\*" is no permission/],
    [['create', '--name', 'x', '--sub', 'y', '--ttl', '5'], /--ttl is "5"/],
    [['revoke'], /missing required argument 'id'/],
  ])('refuses %j without asking the API', async (words, message) => {
    await using api = await fakeApi(200, {});
    await using terminal = await terminalAt(api);
    const { code, err } = await terminal.dasf('service-token', ...words);
    expect([code, api.asked]).toEqual([1, []]);
    expect(err).toMatch(message);
  });

  it('list shows them, with those that have ended as such', async () => {
    const ended = { ...VIEW, id: 'fedcba9876543210', permissions: [], expires: '2020-01-01T00:00:00.000Z' };
    await using api = await fakeApi(200, { serviceTokens: [VIEW, ended] });
    await using terminal = await terminalAt(api);
    expect((await terminal.dasf('service-token', 'list')).out.split('\n')).toEqual([
      '0123456789abcdef  tides on cluster 3: user tides, can_consume:tides; made 2030-01-01T00:00:00.000Z, until revoked',
      'fedcba9876543210  tides on cluster 3: user tides, no permissions of its own; made 2030-01-01T00:00:00.000Z, ended 2020-01-01T00:00:00.000Z',
    ]);
    const { out } = await terminal.dasf('service-token', 'list', '--json');
    expect(JSON.parse(out)).toEqual([VIEW, ended]);
  });

  it('list says so where there are none', async () => {
    await using api = await fakeApi(200, { serviceTokens: [] });
    await using terminal = await terminalAt(api);
    expect((await terminal.dasf('service-token', 'list')).out).toBe('There are no service tokens.');
  });

  it('revoke asks for it, whatever the id', async () => {
    await using api = await fakeApi(204, '');
    await using terminal = await terminalAt(api);
    expect((await terminal.dasf('service-token', 'revoke', '../topics/x')).code).toBe(0);
    expect(api.asked).toMatchObject([{ method: 'DELETE', url: '/api/v1/service-tokens/..%2Ftopics%2Fx' }]);
  });

  it('revoke says where to find the id', async () => {
    await using api = await fakeApi(404, { code: 'SERVICE_TOKEN_UNKNOWN', detail: 'none' });
    await using terminal = await terminalAt(api);
    expect(await terminal.dasf('service-token', 'revoke', 'x')).toMatchObject({
      code: 1,
      err: 'There is no service token x: "npm run -s dasf -- service-token list" shows those that there are.',
    });
  });
});
