import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi, readApiConfig } from '@dasf-broker/api';
import { run } from '@dasf-broker/cli';
import { prepareCredentials } from '@dasf-broker/credentials';
import { prepareLog } from '@dasf-broker/log';
import { natsClient, randomNamespace } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';

/** The data folder of a local stack of which only the API runs, and a terminal beside it. */
async function createStackFolder() {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'dasf-stack-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const secret = randomBytes(32).toString('base64url');
  const config = readApiConfig({
    DASF_NATS_URL: inject('natsUrl'),
    DASF_NAMESPACE: randomNamespace(),
    DASF_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    DASF_JWT_SECRET: secret,
    DASF_API_PORT: '0',
    DASF_LOG_LEVEL: 'silent',
  });
  await using nc = await natsClient();
  await prepareLog(nc, config.log);
  await prepareCredentials(nc, config.log);
  const api = stack.use(await createApi(config));
  await mkdir(join(folder, '.dasf'));
  await writeFile(join(folder, '.dasf/token-secret'), secret, { mode: 0o600 });
  await writeFile(join(folder, '.dasf/stack.json'), JSON.stringify({ api: api.address }));
  const running = stack.move();
  return {
    api,
    dasf: async (words: string) => {
      const printed: string[] = [];
      const print = (line: string) => void printed.push(line);
      const code = await run(words.split(' '), {
        env: {},
        projectRoot: folder,
        storeScript: '',
        settingsScripts: {},
        out: print,
        err: print,
      });
      return [code, printed.join('\n')] as const;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

describe('dasf topic on a running stack', () => {
  it('does with a topic what operators do', async () => {
    await using stack = await createStackFolder();
    const { dasf } = stack;
    expect(await dasf('topic list')).toEqual([0, 'There are no topics.']);
    expect(await dasf('topic create weather --anonymous --store-messages store --producer ada')).toEqual([
      0,
      'Topic weather created.',
    ]);
    expect(await dasf('topic create weather')).toEqual([
      1,
      expect.stringMatching(/exists already: change it/),
    ]);
    expect(await dasf('topic grant weather --consumer bob --consumer eve --view-status eve')).toMatchObject([
      0,
      {},
    ]);
    expect(await dasf('topic revoke weather --consumer eve --producer ada')).toMatchObject([0, {}]);
    expect((await dasf('topic show weather'))[1].split('\n')).toEqual([
      'Topic: weather',
      'Public: yes',
      'Supports DASF: yes',
      'Store messages: store',
      'Consumers: anonymous, bob',
      'Producers: -',
      'Users that can view the status: eve',
    ]);
    expect(
      await dasf('topic update weather --no-public --no-dasf --no-anonymous --store-messages default'),
    ).toMatchObject([0, {}]);
    expect(JSON.parse((await dasf('topic show weather --json'))[1])).toMatchObject({
      public: false,
      supportsDasf: false,
      storeMessages: 'default',
      creator: 'operator',
      grants: { can_consume: ['bob'] },
    });
    await dasf('topic create tides');
    expect(await dasf('topic list --search WEA --no-public')).toEqual([0, 'weather  no DASF']);
    expect(await dasf('topic list --created-before 2000-01-01')).toEqual([0, 'There are no topics.']);
    // Without a database nobody can tell.
    expect(await dasf('topic ping tides')).toEqual([1, 'Topic tides is unknown.']);
    expect(await dasf('topic list --availability online')).toEqual([
      1,
      'The database does not answer; try again.',
    ]);
    expect(await dasf('topic delete weather')).toEqual([0, 'Topic weather deleted.']);
    expect(await dasf('topic show weather')).toEqual([1, expect.stringMatching(/does not exist: make it/)]);
    expect(await dasf('topic update weather --public')).toEqual([1, expect.stringMatching(/does not exist/)]);
  });

  it('makes tokens that the stack takes, and with which only what they hold can be done', async () => {
    await using stack = await createStackFolder();
    await stack.dasf('topic create weather');
    const [, token] = await stack.dasf('token --sub ada --permission can_view_status:weather');
    const ask = (path: string) =>
      fetch(new URL(path, stack.api.address), { headers: { authorization: `Token ${token}` } });
    const status = await ask('weather/status/');
    expect([status.status, await status.text()]).toEqual([503, 'Status unknown']);
    expect((await ask('/api/v1/topics')).status).toBe(403);
  });
});

describe('AUT-6 dasf service-token on a running stack', () => {
  it('makes, lists and revokes what the stack takes', async () => {
    await using stack = await createStackFolder();
    const { dasf } = stack;
    await dasf('topic create weather');
    const made = await dasf(
      'service-token create --name cluster-3 --sub tides --permission can_view_status:*',
    );
    const [, token = '', id = ''] = /^(dasf_\S+)\n.* id is (\w+)\.$/.exec(made[1]) ?? expect.fail(made[1]);
    const status = () =>
      fetch(new URL('weather/status/', stack.api.address), { headers: { authorization: `Token ${token}` } });
    expect((await status()).status).toBe(503);
    expect(await dasf('service-token list')).toEqual([
      0,
      expect.stringMatching(`^${id}  cluster-3: user tides, can_view_status:\\*; made .*, until revoked$`),
    ]);
    expect(await dasf(`service-token revoke ${id}`)).toEqual([0, `Service token ${id} revoked.`]);
    expect((await status()).status).toBe(401);
    expect(await dasf('service-token list')).toEqual([0, 'There are no service tokens.']);
  });
});
