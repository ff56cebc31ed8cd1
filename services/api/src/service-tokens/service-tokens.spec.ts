import { describe, expect, it } from 'vitest';
import { createScene, type Scene } from '../testing/scene.ts';

const REQUEST = { name: 'tides on cluster 3', subject: 'tides', permissions: ['can_view_status:*'] };

async function operator(scene: Scene) {
  const token = await scene.token('olga', 'administer');
  return async (method: string, path = '', body?: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
    const response = await scene.ask(`/api/v1/service-tokens${path}`, token, init);
    const text = await response.text();
    const { status, headers: sent } = response;
    return { status, headers: sent, text, body: text === '' ? null : JSON.parse(text) };
  };
}

describe('AUT-6 administering service tokens', () => {
  it('makes one that is shown once, lets its holder in, and lists it without what opens anything', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const made = await ask('POST', '', REQUEST);
    expect(made).toMatchObject({
      status: 201,
      body: { ...REQUEST, creator: 'olga', expires: null, token: expect.stringMatching(/^dasf_/) },
    });
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { token, ...shown } = made.body;
    const listed = await ask('GET');
    expect(listed.body).toEqual({ serviceTokens: [shown] });
    expect(listed.text).not.toMatch(/hash|revision/);
    expect((await scene.ask('nowhere/status/', token)).status).toBe(404);
    expect((await scene.ask('/api/v1/topics', token)).status).toBe(403);
  });

  it('revokes one: it is refused from then on', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const { id, token } = (await ask('POST', '', REQUEST)).body;
    expect((await ask('DELETE', `/${id}`)).status).toBe(204);
    const refused = await scene.ask('nowhere/status/', token, { headers: { accept: 'application/json' } });
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'TOKEN_INVALID' }]);
    expect((await ask('GET')).body).toEqual({ serviceTokens: [] });
    expect(await ask('DELETE', `/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'SERVICE_TOKEN_UNKNOWN' },
    });
  });

  it('takes an end', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const expires = new Date(Date.now() + 1000).toISOString();
    const { body } = await ask('POST', '', { ...REQUEST, expires });
    expect(body.expires).toBe(expires);
    expect((await scene.ask('nowhere/status/', body.token)).status).toBe(404);
    const status = async () => (await scene.ask('nowhere/status/', body.token)).status;
    await expect.poll(status, { timeout: 5000 }).toBe(401);
  });

  it.each([
    [{ subject: 'anonymous' }, /No token may claim the name/],
    [{ permissions: ['can_fly:*'] }, /can_fly.*no permission/],
    [{ expires: '2001-01-01T00:00:00Z' }, /in the future/],
    [{ expires: 'soon' }, /date-time/],
    [{ hash: 'ff' }, /additional properties/],
    [{ name: undefined }, /name/],
  ])('refuses %j', async (change, detail) => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const { status, body } = await ask('POST', '', { ...REQUEST, ...change });
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(body.detail).toMatch(detail);
  });

  it('is for operators alone, and says nothing of it to others', async () => {
    await using scene = await createScene();
    const ada = await scene.token('ada', 'add_brokertopic', 'can_consume:*');
    const ask = await operator(scene);
    const { id } = (await ask('POST', '', REQUEST)).body;
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['DELETE', `/${id}`],
      ['DELETE', '/0123456789abcdef'],
    ] as const) {
      const address = `/api/v1/service-tokens${path}`;
      expect((await scene.ask(address, ada, { method })).status).toBe(403);
      expect((await scene.ask(address, undefined, { method })).status).toBe(401);
    }
  });

  it('T32 logs who made and revoked which, and none of them', async () => {
    await using scene = await createScene();
    const ask = await operator(scene);
    const { id, token } = (await ask('POST', '', REQUEST)).body;
    await ask('DELETE', `/${id}`);
    const said = scene.lines.join('');
    expect(said).toMatch(new RegExp(`"user":"olga".*"id":"${id}".*service token created`));
    expect(said).toMatch(/service token revoked/);
    expect(said).not.toContain(token.slice(5));
  });
});
