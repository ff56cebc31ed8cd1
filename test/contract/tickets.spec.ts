import { describe, expect, it } from 'vitest';
import { DasfSocket } from '../harness/index.ts';
import { refusedStatus } from './refused-status.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();

async function ticketFor(token: string): Promise<string> {
  const response = await scene.ask('tickets/', token, { method: 'POST' });
  expect(response.status).toBe(201);
  return ((await response.json()) as { ticket: string }).ticket;
}

describe('AUT-1 a one-time ticket', () => {
  it('lets in at any edge whom it was issued to, with what his token allows', async () => {
    for (const edge of scene.broker.edges) {
      const ticket = await ticketFor(await scene.token('alice', ['add_brokertopic']));
      await using producer = await DasfSocket.connect(edge, `${scene.slug()}?ticket=${ticket}`);
      expect((await producer.publish({})).result).toBe('ok');
    }
    const powerless = await ticketFor(await scene.token('bob'));
    await using producer = await scene.connect(`${scene.slug()}?ticket=${powerless}`);
    expect((await producer.publish({})).errorMsg).toBe('User is not allowed to create topics.');
  });

  it('lets in one of all who bring it at once', async () => {
    const ticket = await ticketFor(await scene.token('alice'));
    const all = await Promise.allSettled(
      Array.from({ length: 12 }, () => scene.connect(`${scene.slug()}?ticket=${ticket}`)),
    );
    const open = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason.status] : []));
    expect([open.length, new Set(refused)]).toEqual([1, new Set([401])]);
    for (const socket of open) await socket[Symbol.asyncDispose]();
  });

  it('ends with the token that it was issued for (AUT-4)', async () => {
    const token = await scene.token('alice', [], 2);
    const ticket = await ticketFor(token);
    await using producer = await scene.connect(`${scene.slug()}?ticket=${ticket}`);
    expect((await producer.closed).code).toBe(4401);
  });

  it('counts before a cookie, and is no token', async () => {
    const ticket = await ticketFor(await scene.token('alice', ['add_brokertopic']));
    const [edge] = scene.broker.edges;
    const headers = { origin: `http://${new URL(edge).host}`, cookie: 'dasf_token=rubbish' };
    expect(await refusedStatus(DasfSocket.connect(edge, scene.slug(), { token: ticket }))).toBe(401);
    await using page = await DasfSocket.connect(edge, `${scene.slug()}?ticket=${ticket}`, { headers });
    expect((await page.publish({})).result).toBe('ok');
  });

  it.each(['', 'rubbish', `dasft_${'A'.repeat(48)}`])('is refused where it is none: %j', async (ticket) => {
    expect(await refusedStatus(scene.connect(`${scene.slug()}?ticket=${ticket}`))).toBe(401);
  });

  it('is not issued to anonymous', async () => {
    expect((await scene.ask('tickets/', undefined, { method: 'POST' })).status).toBe(401);
  });
});
