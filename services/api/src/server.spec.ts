import { describe, expect, it } from 'vitest';
import { createScene } from './testing/scene.ts';

describe('the server', () => {
  it('knows no other addresses', async () => {
    await using scene = await createScene();
    for (const path of [
      '/',
      '/livez',
      '/readyz',
      '/metrics',
      '/weather/status/',
      '/api/v1/',
      'weather/',
      'a/b/status/',
      '/%',
    ]) {
      const response = await scene.ask(path);
      expect([path, response.status < 500 && response.status >= 400]).toEqual([path, true]);
    }
  });

  it('says which values there are where one must be one of several', async () => {
    await using scene = await createScene();
    const response = await scene.ask('/api/v1/audit?act=nonsense', await scene.token('olga', 'administer'));
    expect(await response.json()).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^querystring\/act must be .* values: topic-create, topic-change, /),
    });
  });

  it('T32 logs who changed what, and no token', async () => {
    await using scene = await createScene();
    const token = await scene.token('olga', 'administer');
    await scene.ask('/api/v1/topics', token, {
      method: 'POST',
      body: '{"name":"weather"}',
      headers: { 'content-type': 'application/json' },
    });
    scene.signs.away = true;
    await scene.ask('weather/status/', await scene.token('ada', 'can_view_status:*'));
    expect(scene.lines.join('')).toMatch(/"user":"olga","topic":"weather".*topic created/);
    expect(scene.lines.join('')).not.toContain(token.slice(-20));
  });
});
