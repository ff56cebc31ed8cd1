import { digestOf, TICKET } from '@dasf-broker/access';
import { Tickets } from '@dasf-broker/credentials';
import { connectNats } from '@dasf-broker/nats';
import { describe, expect, it } from 'vitest';
import { createScene } from '../testing/scene.ts';

const post = { method: 'POST' };
const PORTAL = 'https://portal.example.org';

describe('AUT-1 asking for a ticket', () => {
  it('gives one that stands for the user, what he may do, and the end of his token', async () => {
    await using scene = await createScene();
    const response = await scene.ask('tickets/', await scene.token('ada', 'can_produce:weather'), post);
    expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { ticket, expires } = (await response.json()) as { ticket: string; expires: string };
    const lifetime = Date.parse(expires) - Date.now();
    expect(lifetime > 28_000 && lifetime <= 30_000).toBe(true);
    const nc = await connectNats({ url: scene.config.natsUrl, client: 'test' });
    const tickets = await Tickets.open(nc, scene.config.log);
    const identity = (await tickets.find(digestOf(TICKET, ticket)?.hash ?? ''))?.identity;
    await nc.close();
    expect(identity?.user).toBe('ada');
    expect(identity?.permissions.can_produce.exact).toEqual(new Set(['weather']));
    const left = (identity?.expiresAt ?? 0) - Date.now();
    expect(left > 50_000 && left <= 60_000).toBe(true);
    expect(scene.lines.join('')).not.toContain(ticket);
  });

  it('needs a token', async () => {
    await using scene = await createScene();
    expect((await scene.ask('tickets/', undefined, post)).status).toBe(401);
    expect((await scene.ask('tickets/', 'nonsense', post)).status).toBe(401);
  });

  it('T24: a user may hold so many, others as many', async () => {
    await using scene = await createScene({}, { maxTicketsPerUser: 2 });
    const ask = async (user: string) => scene.ask('tickets/', await scene.token(user), post);
    expect([(await ask('ada')).status, (await ask('ada')).status]).toEqual([201, 201]);
    const refused = await scene.ask('tickets/', await scene.token('ada'), {
      ...post,
      headers: { accept: 'application/json' },
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_TICKETS' });
    expect((await ask('bob')).status).toBe(201);
  });

  it('T12: a ticket is no token here', async () => {
    await using scene = await createScene();
    const made = await scene.ask('tickets/', await scene.token('ada', 'can_view_status:*'), post);
    const { ticket } = (await made.json()) as { ticket: string };
    expect((await scene.ask('nowhere/status/', ticket)).status).toBe(401);
    expect((await scene.ask(`tickets/?ticket=${ticket}`, undefined, post)).status).toBe(401);
  });
});

describe('AUT-7 pages elsewhere', () => {
  const ask = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };

  it('that are listed may ask, and read the answer', async () => {
    await using scene = await createScene({ DASF_ALLOWED_ORIGINS: PORTAL, DASF_ALLOW_ANONYMOUS: 'false' });
    const question = await scene.ask('tickets/', undefined, {
      method: 'OPTIONS',
      headers: { origin: PORTAL, ...ask },
    });
    expect([question.status, question.headers.get('access-control-allow-origin')]).toEqual([204, PORTAL]);
    const answer = await scene.ask('tickets/', await scene.token('ada'), {
      ...post,
      headers: { origin: PORTAL },
    });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([201, PORTAL]);
    const refused = await scene.ask('tickets/', 'nonsense', { ...post, headers: { origin: PORTAL } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, PORTAL]);
  });

  it('T1: that are not listed may do neither, and nobody may administer from a page', async () => {
    await using scene = await createScene({ DASF_ALLOWED_ORIGINS: PORTAL });
    for (const origin of [
      'https://evil.example',
      `${PORTAL}.evil.example`,
      'null',
      'http://portal.example.org',
    ]) {
      const question = await scene.ask('tickets/', undefined, {
        method: 'OPTIONS',
        headers: { origin, ...ask },
      });
      expect(question.headers.get('access-control-allow-origin')).toBe(null);
      const answer = await scene.ask('tickets/', await scene.token('ada'), { ...post, headers: { origin } });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
    const operators = await scene.ask('/api/v1/topics', await scene.token('olga', 'administer'), {
      headers: { origin: PORTAL },
    });
    expect(operators.headers.get('access-control-allow-origin')).toBe(null);
  });
});
