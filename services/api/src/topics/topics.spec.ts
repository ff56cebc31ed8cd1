import type { Slug } from '@dasf-broker/protocol';
import { newTopic } from '@dasf-broker/registry';
import { describe, expect, it } from 'vitest';
import { createScene, type Scene } from '../testing/scene.ts';

async function operator(scene: Scene) {
  const token = await scene.token('olga', 'administer');
  return async (method: string, path: string, body?: unknown) => {
    const init =
      body === undefined
        ? { method }
        : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await scene.ask(`/api/v1/topics${path}`, token, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  };
}

/** JSON that can be read and not be written. */
const TOO_DEEP = '['.repeat(50_000) + ']'.repeat(50_000);

async function codeOf(response: Response): Promise<string> {
  const { code } = (await response.json()) as { code: string };
  return code;
}

describe('administering topics', () => {
  it('creates one, in the registry and in the log', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const grant = { can_consume: ['anonymous', 'module'] };
    const made = await ask('POST', '', { name: 'погода', public: true, storeMessages: 'store', grant });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/v1/topics/${encodeURIComponent('погода')}`);
    expect(made.body).toMatchObject({
      name: 'погода',
      public: true,
      supportsDasf: true,
      storeMessages: 'store',
      responseFor: null,
      creator: 'olga',
      grants: { can_produce: [], can_consume: ['anonymous', 'module'], can_view_status: [] },
    });
    const known = await scene.registry.lead('погода' as Slug);
    expect(known).toMatchObject({ uid: made.body.uid, retention: 'store', public: true });
    const { revision, ...entry } = known ?? expect.fail('no such topic');
    expect(await scene.events()).toEqual([
      { type: 'topic', topic: 'погода', uid: entry.uid, revision, entry },
    ]);
    expect((await ask('GET', `/${encodeURIComponent('погода')}`)).body).toEqual(made.body);
  });

  it('refuses one that exists, and names that are none', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    expect((await ask('POST', '', { name: 'weather' })).status).toBe(201);
    expect(await ask('POST', '', { name: 'weather' })).toMatchObject({
      status: 409,
      body: { code: 'TOPIC_EXISTS' },
    });
    for (const name of ['a b', 'a/b', 'a.*', 'status-ping', '', 'x'.repeat(256)]) {
      expect(await ask('POST', '', { name })).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_INVALID' },
      });
    }
    expect(await ask('GET', '/nowhere')).toMatchObject({ status: 404, body: { code: 'TOPIC_UNKNOWN' } });
    expect(await ask('PATCH', '/nowhere', {})).toMatchObject({
      status: 404,
      body: { code: 'TOPIC_UNKNOWN' },
    });
    expect(await ask('DELETE', '/nowhere')).toMatchObject({ status: 404, body: { code: 'TOPIC_UNKNOWN' } });
    expect(await ask('DELETE', '/a%2A')).toMatchObject({ status: 404, body: { code: 'TOPIC_UNKNOWN' } });
  });

  it('changes options, gives and takes rights, in one step', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    await ask('POST', '', { name: 'weather', public: true, grant: { can_produce: ['ada', 'bob'] } });
    const changed = await ask('PATCH', '/weather', {
      public: false,
      supportsDasf: false,
      storeMessages: 'cacheall',
      grant: { can_consume: ['ada'], can_view_status: ['ada', 'ada'] },
      revoke: { can_produce: ['bob', 'nobody'] },
    });
    expect(changed.body).toMatchObject({
      public: false,
      supportsDasf: false,
      storeMessages: 'cacheall',
      grants: { can_produce: ['ada'], can_consume: ['ada'], can_view_status: ['ada'] },
    });
    const back = await ask('PATCH', '/weather', { storeMessages: 'default' });
    expect(back.body).toMatchObject({ storeMessages: 'default', public: false });
    expect(await scene.registry.lead('weather' as Slug)).toMatchObject({ retention: null });
    expect((await scene.events()).map((event) => event.type === 'topic' && event.revision)).toHaveLength(3);
  });

  it('leaves the registry alone where nothing changes, and tells the log again', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const made = await ask('POST', '', { name: 'weather', grant: { can_produce: ['ada'] } });
    const same = await ask('PATCH', '/weather', {
      public: false,
      grant: { can_produce: ['ada'] },
      revoke: { can_consume: ['ada'] },
    });
    expect(same.body).toEqual(made.body);
    expect(await scene.events()).toHaveLength(2);
  });

  it('keeps all changes of operators who work at the same time', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    await ask('POST', '', { name: 'weather' });
    const users = Array.from({ length: 8 }, (_, index) => `user${index}`);
    await Promise.all(users.map((user) => ask('PATCH', '/weather', { grant: { can_produce: [user] } })));
    const { body } = await ask('GET', '/weather');
    expect(body.grants.can_produce.toSorted()).toEqual(users);
  });

  it('RSP-5 deletes response topics with their source, and no others', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const { body: weather } = await ask('POST', '', { name: 'weather' });
    const answers = (slug: string, uid: string) =>
      scene.registry.create(
        newTopic({
          slug: slug as Slug,
          partition: 0,
          creator: 'ada',
          responseFor: { slug: 'weather' as Slug, uid },
        }),
      );
    const mine = await answers('weather_aaaaaaaa', weather.uid);
    await answers('weather_bbbbbbbb', 'an earlier topic');
    await expect.poll(async () => (await ask('GET', '?kind=response')).body.topics.length).toBe(2);
    expect(await ask('DELETE', '/weather')).toMatchObject({ status: 204, body: null });
    const { body } = await ask('GET', '?kind=all');
    expect(body.topics.map(({ name }: { name: string }) => name)).toEqual(['weather_bbbbbbbb']);
    const deleted = (await scene.events()).filter(({ type }) => type === 'topic-deleted');
    expect(deleted.map((event) => 'uid' in event && event.uid).toSorted()).toEqual(
      [weather.uid, mine.uid].toSorted(),
    );
  });

  it('lists by name, a page at a time', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    for (const name of ['c', 'a', 'b']) await ask('POST', '', { name });
    const names = (page: { topics: { name: string }[] }) => page.topics.map(({ name }) => name);
    const first = (await ask('GET', '?limit=2')).body;
    expect([names(first), first.next]).toEqual([['a', 'b'], 'b']);
    const second = (await ask('GET', `?limit=2&after=${first.next}`)).body;
    expect([names(second), second.next]).toEqual([['c'], null]);
    expect((await ask('GET', '?limit=0')).status).toBe(400);
    expect((await ask('GET', '?kind=other')).status).toBe(400);
  });
});

describe('what is known of a topic beside its entry', () => {
  it('is shown, and found by; a ping renews it', async () => {
    await using scene = await createScene(
      {},
      { websocketUrl: 'wss://broker.example.org/ws/', pingWait: 100 },
    );
    const ask = await operator(scene);
    const names = ({ body }: { body: { topics: { name: string }[] } }) => body.topics.map(({ name }) => name);
    expect((await ask('POST', '', { name: 'погода' })).body).toMatchObject({
      websocketUrl: 'wss://broker.example.org/ws/%D0%BF%D0%BE%D0%B3%D0%BE%D0%B4%D0%B0',
      status: null,
    });
    await ask('POST', '', { name: 'tides' });
    expect(names(await ask('GET', '?availability=unknown'))).toEqual(['tides', 'погода']);
    expect(await ask('POST', '/tides/ping')).toMatchObject({ status: 200, body: { name: 'tides' } });
    await expect
      .poll(async () => (await ask('GET', '/tides')).body, { timeout: 20_000 })
      .toMatchObject({
        status: {
          availability: 'offline',
          lastPing: expect.stringMatching(/Z$/),
          lastPong: null,
          pending: 0,
        },
      });
    expect(names(await ask('GET', '?availability=offline'))).toEqual(['tides']);
    expect((await ask('GET', '?details=true')).body.topics).toMatchObject([
      { name: 'tides', status: { availability: 'offline' } },
      { name: 'погода', status: null },
    ]);
    expect((await ask('POST', '/other/ping')).body).toMatchObject({ code: 'TOPIC_UNKNOWN' });
  });

  it('has the functions of its module, as far as it describes them in JSON', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const { uid } = (await ask('POST', '', { name: 'tides' })).body;
    const { partition } = (await scene.registry.lead('tides' as Slug)) ?? expect.fail('no such topic');
    expect((await ask('GET', '/tides')).body.apiInfo).toBe(null);
    const described: [string, unknown][] = [
      ['{"functions": [{"name": "height"}]}', { functions: [{ name: 'height' }] }],
      ['{"preset": NaN}', '{"preset": NaN}'],
      [TOO_DEEP, TOO_DEEP],
    ];
    for (const [apiInfo, shown] of described) {
      const event = { type: 'api-info', topic: 'tides' as Slug, uid, user: 'module', apiInfo } as const;
      await scene.appender.append(partition, event);
      await expect
        .poll(async () => (await ask('GET', '/tides')).body.apiInfo, { timeout: 20_000 })
        .toEqual(shown);
    }
    expect((await ask('GET', '')).body.topics).toEqual([
      expect.not.objectContaining({ apiInfo: expect.anything() }),
    ]);
  });

  it('is left out while the database is away, where it is not what was asked for', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    await ask('POST', '', { name: 'tides' });
    scene.signs.away = true;
    expect((await ask('GET', '/tides')).body).toMatchObject({ name: 'tides', status: null });
    expect((await ask('GET', '')).body.topics).toMatchObject([{ name: 'tides' }]);
    for (const query of ['?details=true', '?availability=online']) {
      expect(await ask('GET', query)).toMatchObject({
        status: 503,
        body: { code: 'READ_MODEL_UNREACHABLE' },
      });
    }
  });
});

describe('AUT-5 administering needs administer, and nothing else will do', () => {
  it.each([
    ['can_produce:*', 'can_consume:*', 'can_view_status:*', 'add_brokertopic'],
    ['can_view_status:*'],
  ])('%s', async (...permissions) => {
    await using scene = await createScene({ DASF_ANONYMOUS_PERMISSIONS: 'can_produce:*' });
    const ada = await scene.token('ada', ...permissions);
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', '/x'],
      ['PATCH', '/x'],
      ['POST', '/x/ping'],
      ['POST', '/x/collect'],
      ['DELETE', '/x'],
    ]) {
      const init = { method: method ?? '' };
      const forbidden = await scene.ask(`/api/v1/topics${path}`, ada, init);
      expect([forbidden.status, await codeOf(forbidden)]).toEqual([403, 'FORBIDDEN']);
      expect((await scene.ask(`/api/v1/topics${path}`, undefined, init)).status).toBe(401);
    }
  });
});

describe('bodies that are refused', () => {
  const bodies: [string, string][] = [
    ['no JSON', '{'],
    ['an unknown option', '{"name":"x","publik":true}'],
    ['a truth that is text', '{"name":"x","public":"true"}'],
    ['an unknown retention', '{"name":"x","storeMessages":"forever"}'],
    ['an unknown right', '{"name":"x","grant":{"administer":["ada"]}}'],
    ['a user with a line end', '{"name":"x","grant":{"can_produce":["a\\nb"]}}'],
    ['a prototype', '{"name":"x","__proto__":{"public":true}}'],
    ['a list', '[]'],
  ];
  it('all with 400 and a code, and nothing is made', async () => {
    await using scene = await createScene();
    const token = await scene.token('olga', 'administer');
    for (const [what, body] of bodies) {
      const headers = { 'content-type': 'application/json' };
      const response = await scene.ask('/api/v1/topics', token, { method: 'POST', body, headers });
      expect([what, response.status, await codeOf(response)]).toEqual([what, 400, 'REQUEST_INVALID']);
    }
    const headers = { 'content-type': 'application/json' };
    const big = JSON.stringify({ name: 'x', grant: { can_produce: ['y'.repeat(300_000)] } });
    expect((await scene.ask('/api/v1/topics', token, { method: 'POST', body: big, headers })).status).toBe(
      413,
    );
    expect((await scene.ask('/api/v1/topics', token, { method: 'POST', body: 'x' })).status).toBe(415);
    expect([...scene.registry.topics()]).toEqual([]);
  });
});
