import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeApi } from './testing/fake-api.ts';
import { createTerminal } from './testing/terminal.ts';

const VIEW = {
  name: 'weather',
  public: true,
  supportsDasf: false,
  storeMessages: 'store',
  responseFor: null,
  grants: { can_produce: [], can_consume: ['ada', 'bob'], can_view_status: [] },
};

describe('what dasf topic asks the API', () => {
  it.each([
    ['create weather', 'POST', '', { name: 'weather', grant: {} }],
    [
      'create weather --anonymous',
      'POST',
      '',
      { name: 'weather', public: true, grant: { can_consume: ['anonymous'] } },
    ],
    [
      'create weather --anonymous --public -c ada',
      'POST',
      '',
      { name: 'weather', public: true, grant: { can_consume: ['ada', 'anonymous'] } },
    ],
    [
      'create weather --public --no-dasf --store-messages cacheall',
      'POST',
      '',
      { name: 'weather', public: true, supportsDasf: false, storeMessages: 'cacheall', grant: {} },
    ],
    [
      'update weather --no-public --dasf --no-anonymous',
      'PATCH',
      '/weather',
      { public: false, supportsDasf: true, grant: {}, revoke: { can_consume: ['anonymous'] } },
    ],
    ['update weather --store-messages default', 'PATCH', '/weather', { storeMessages: 'default', grant: {} }],
    [
      'grant weather --consumer ada --consumer bob --producer ada --view-status eve',
      'PATCH',
      '/weather',
      { grant: { can_consume: ['ada', 'bob'], can_produce: ['ada'], can_view_status: ['eve'] } },
    ],
    [
      'revoke погода -c ada',
      'PATCH',
      `/${encodeURIComponent('погода')}`,
      { revoke: { can_consume: ['ada'] } },
    ],
    ['show weather', 'GET', '/weather', undefined],
    ['delete weather', 'DELETE', '/weather', undefined],
    ['collect weather', 'POST', '/weather/collect', undefined],
  ])('%s', async (words, method, path, body) => {
    await using api = await fakeApi(200, VIEW);
    await using terminal = await createTerminal({ DASF_TOKEN: 'mine' });
    expect(await terminal.dasf('topic', ...words.split(' '), '--api', api.url)).toMatchObject({
      code: 0,
      err: '',
    });
    expect(api.asked).toEqual([{ method, url: `/api/v1/topics${path}`, token: 'Bearer mine', body }]);
  });

  it('shows a topic in words and as JSON', async () => {
    await using api = await fakeApi(200, VIEW);
    await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
    expect((await terminal.dasf('topic', 'show', 'weather')).out).toBe(
      'Topic: weather\nPublic: yes\nSupports DASF: no\nStore messages: store\nConsumers: ada, bob\nProducers: -\nUsers that can view the status: -',
    );
    expect(JSON.parse((await terminal.dasf('topic', 'show', 'weather', '--json')).out)).toEqual(VIEW);
  });

  it('takes its token from a file', async () => {
    await using api = await fakeApi(200, VIEW);
    await using terminal = await createTerminal({ DASF_API_URL: api.url });
    const path = join(terminal.folder, 'token');
    const withFile = { DASF_TOKEN_FILE: path };
    expect(await terminal.dasfWith(withFile, 'topic', 'show', 'weather')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^DASF_TOKEN_FILE cannot be read/),
    });
    await writeFile(path, 'mine\n');
    await terminal.dasfWith(withFile, 'topic', 'show', 'weather');
    expect(api.asked).toMatchObject([{ token: 'Bearer mine' }]);
    expect(
      await terminal.dasfWith({ ...withFile, DASF_TOKEN: 'x' }, 'topic', 'show', 'weather'),
    ).toMatchObject({ code: 1, err: expect.stringMatching(/both set/) });
  });

  it('finds the stack that runs, and signs for itself with its key', async () => {
    await using api = await fakeApi(200, { topics: [VIEW], next: null });
    await using terminal = await createTerminal();
    await terminal.dasf('token', '--sub', 'whoever');
    await writeFile(
      join(terminal.dataDir, 'stack.json'),
      JSON.stringify({ api: api.url, edge: 'ws://127.0.0.1:1/ws/' }),
    );
    expect(await terminal.dasf('topic', 'list')).toMatchObject({
      code: 0,
      out: 'weather  public, no DASF, store',
    });
    expect(api.asked[0]?.token).toMatch(/^Bearer ey/);
  });
});

describe('what dasf topic says when it cannot', () => {
  const answered = async (status: number, answer: unknown, ...words: string[]) => {
    await using api = await fakeApi(status, answer);
    await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
    const { code, out, err } = await terminal.dasf('topic', ...words);
    expect([code, out]).toEqual([1, '']);
    return err;
  };

  it.each([
    [
      404,
      { code: 'TOPIC_UNKNOWN' },
      /^Topic weather does not exist: make it with ".*topic create weather"\.$/,
    ],
    [
      409,
      { code: 'TOPIC_EXISTS' },
      /^Topic weather exists already: .*topic update weather <the same options>".*topic grant weather"\.$/,
    ],
    [403, { code: 'FORBIDDEN', detail: 'No.' }, /refuses this token \(No\.\): set DASF_TOKEN/],
    [401, '', /refuses this token \(status 401\): set DASF_TOKEN/],
    [503, { code: 'LOG_UNREACHABLE', detail: 'The log is away.' }, /^The log is away\.$/],
    [502, '<html>', /answered with status 502/],
    [200, '<html>', /is no DASF broker/],
  ])('%i %j', async (status, answer, message) => {
    expect(await answered(status, answer, 'show', 'weather')).toMatch(message);
  });

  it('knows what is no topic name, and rights of nobody', async () => {
    expect(await answered(200, VIEW, 'show', '..')).toMatch(/"\.\." is no topic name/);
    expect(await answered(200, VIEW, 'grant', 'weather')).toMatch(/Say whose rights/);
    expect(await answered(200, VIEW, 'create', 'weather', '--store-messages', 'for-ever')).toMatch(
      /Allowed choices are default/,
    );
  });

  it('does not propose to make what was to be deleted', async () => {
    expect(await answered(404, { code: 'TOPIC_UNKNOWN' }, 'delete', 'nosuch')).toMatch(
      /^Topic nosuch does not exist: ".*topic list" shows/,
    );
  });

  it.each([
    ['create weather --public --no-public', /^--public and --no-public contradict/],
    ['update weather --no-anonymous --anonymous', /^--anonymous and --no-anonymous contradict/],
    ['create weather --anonymous --no-public', /^--anonymous and --no-public contradict/],
    ['create a.b', /^"a\.b" is no topic name: .*\(of any script\)/],
    ['create ', /^"" is no topic name/],
    ['grant weather -c ', /^"" is no user name/],
  ])('refuses: %s', async (words, message) => {
    expect(await answered(200, VIEW, ...words.split(' '))).toMatch(message);
  });

  it('has a version, and no help for what is no command', async () => {
    await using terminal = await createTerminal();
    expect(await terminal.dasf('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\./) });
    expect(await terminal.dasf('help', 'nosuch')).toMatchObject({
      code: 1,
      err: 'There is no command "nosuch": there are token, service-token, topic, message, connection, audit, store, import, config, nats-permissions, doctor.',
    });
    expect(await terminal.dasf('help', 'token')).toMatchObject({ code: 0 });
  });

  it('says how to start a stack', async () => {
    await using terminal = await createTerminal();
    expect(await terminal.dasf('topic', 'list')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^No stack is running here: start one with "npm start"/),
    });
    await mkdir(terminal.dataDir);
    await writeFile(join(terminal.dataDir, 'stack.json'), '{"api":"http://127.0.0.1:1/"}');
    expect(await terminal.dasf('topic', 'list')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/There is no key .*DASF_TOKEN/),
    });
    await terminal.dasf('token', '--sub', 'ada');
    expect(await terminal.dasf('topic', 'list')).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /does not answer \(bad port\): start the stack with "npm start", or say where another one is/,
      ),
    });
    expect(await terminal.dasf('topic', 'list', '--api', 'nonsense')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no http/),
    });
  });
});
