import type { Slug } from '@dasf-broker/protocol';
import { newTopic, type Topic } from '@dasf-broker/registry';
import { describe, expect, it } from 'vitest';
import { createScene, type Scene } from '../testing/scene.ts';

const NO_GRANTS = { can_produce: [], can_consume: [], can_view_status: [] };

function make(scene: Scene, slug: string, change: Partial<Topic> = {}) {
  return scene.registry.create(newTopic({ slug: slug as Slug, partition: 0, creator: 'ada', ...change }));
}

async function said(response: Response): Promise<[number, string]> {
  return [response.status, await response.text()];
}

describe('API-1', () => {
  it('says what installations know, for each availability', async () => {
    await using scene = await createScene();
    const ada = await scene.token('ada', 'can_view_status:*');
    const topic = await make(scene, 'weather');
    const status = async () => said(await scene.ask('weather/status/', ada));
    expect(await status()).toEqual([503, 'Status unknown']);

    const event = { topic: topic.slug, uid: topic.uid };
    const frame = new Uint8Array(0);
    await scene.appender.append(0, { type: 'ping', ...event, messageId: 'p', frame });
    await expect.poll(status).toEqual([503, 'Consumer could not be reached']);

    await scene.appender.append(0, { type: 'pong', ...event, user: 'module' });
    await expect.poll(status).toEqual([200, 'Consumer connected']);

    scene.signs.away = true;
    expect(await status()).toEqual([503, 'Status unknown']);
  });

  it('answers soon, also while the database has stopped', async () => {
    await using scene = await createScene();
    await make(scene, 'open', { public: true });
    scene.signs.stopped = true;
    const start = performance.now();
    expect(await said(await scene.ask('open/status/'))).toEqual([503, 'Status unknown']);
    expect(await said(await scene.ask('open/ping/', undefined, { redirect: 'follow' }))).toEqual([
      503,
      'Status unknown',
    ]);
    expect(performance.now() - start).toBeLessThan(9000);
  });

  it('excludes topics that do not support DASF', async () => {
    await using scene = await createScene();
    await make(scene, 'plain', { supportsDasf: false, public: true });
    expect(await said(await scene.ask('plain/status/'))).toEqual([400, 'Topic is excluded from ping']);
  });

  it('knows 404, 401 and 403, in text and as problems', async () => {
    await using scene = await createScene();
    await make(scene, 'weather');
    const eve = await scene.token('eve', 'can_view_status:tides', 'administer');
    expect(await said(await scene.ask('nowhere/status/', eve))).toEqual([
      404,
      'Topic nowhere does not exist.',
    ]);
    expect(await said(await scene.ask('status-ping/status/', eve))).toEqual([404, 'This is no topic name.']);
    expect(await said(await scene.ask('a%2Fb/status/', eve))).toEqual([404, 'This is no topic name.']);
    expect(await said(await scene.ask('weather/status/', eve))).toEqual([
      403,
      'This user is not allowed to do this.',
    ]);
    const anonymous = await scene.ask('weather/status/', undefined, {
      headers: { accept: 'application/json' },
    });
    expect(anonymous.headers.get('content-type')).toContain('application/problem+json');
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
    expect(await anonymous.json()).toMatchObject({
      status: 401,
      code: 'SIGN_IN_REQUIRED',
      title: 'Unauthorized',
    });
    expect((await scene.ask('weather/status/', 'nonsense')).status).toBe(401);
    const page = await scene.ask('weather/status/', undefined, {
      headers: { origin: 'https://evil.example' },
    });
    expect(page.status).toBe(403);
  });

  it.each([
    ['can_view_status:weather', 503],
    ['can_produce:weather', 503],
    ['can_consume:weather', 503],
    ['can_view_status:other', 403],
    ['add_brokertopic', 403],
  ])('with %s: %i', async (permission, status) => {
    await using scene = await createScene();
    await make(scene, 'weather');
    expect((await scene.ask('weather/status', await scene.token('ada', permission))).status).toBe(status);
  });

  it('is open for public topics and by stored grants, with or without the last slash', async () => {
    await using scene = await createScene();
    await make(scene, 'open', { public: true });
    await make(scene, 'погода', { grants: { ...NO_GRANTS, can_view_status: ['anonymous'] } });
    for (const path of ['open/status', 'open/status/', `${encodeURIComponent('погода')}/status/`]) {
      expect((await scene.ask(path)).status).toBe(503);
    }
    expect((await scene.ask(`${'%F0%90%90%80'.repeat(255)}/status/`)).status).toBe(404);
  });
});

describe('AUT-7 pages', () => {
  const headers = { origin: 'https://public.example', 'x-forwarded-host': 'public.example' };
  it.each([
    ['nobody', [], 403],
    ['the proxy', ['127.0.0.1'], 503],
    ['another proxy', ['10.0.0.0/8'], 403],
  ])('of the host that a proxy was asked for, where %s is trusted', async (_, trustedProxies, status) => {
    await using scene = await createScene({}, { trustedProxies });
    await make(scene, 'open', { public: true });
    expect((await scene.ask('open/status/', undefined, { headers })).status).toBe(status);
  });
});

describe('API-3', () => {
  it('answers JSON with the same status', async () => {
    await using scene = await createScene();
    const topic = await make(scene, 'open', { public: true });
    const ask = () => scene.ask('open/status/', undefined, { headers: { accept: 'application/json' } });
    const unknown = { topic: 'open', availability: 'unknown', lastPing: null, lastPong: null, consumers: 0 };
    const first = await ask();
    expect([first.status, await first.json()]).toEqual([503, unknown]);
    await scene.appender.append(0, {
      type: 'ping',
      topic: topic.slug,
      uid: topic.uid,
      messageId: 'p',
      frame: new Uint8Array(0),
    });
    await expect
      .poll(async () => (await ask()).json())
      .toMatchObject({ availability: 'offline', lastPong: null, consumers: 1 });
    expect(await (await ask()).json()).toMatchObject({ lastPing: expect.stringMatching(/^\d{4}-.*Z$/) });
  });
});
