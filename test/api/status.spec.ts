import { Module } from '@dasf-broker/client';
import { describe, expect, it } from 'vitest';
import { startBroker } from '../harness/index.ts';

const JSON_ANSWER = { accept: 'application/json' };

describe('API-2 with a module that answers', () => {
  it('redirects to a status that knows of its pong, and of its connection', async () => {
    await using broker = await startBroker({ edges: 1 });
    const operator = await broker.token('olga', ['administer']);
    const created = await fetch(new URL('/api/v1/topics', broker.api), {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'weather', public: true, grant: { can_consume: ['module'] } }),
    });
    expect(created.status).toBe(201);
    const ask = (path: string, headers = {}) => fetch(new URL(path, broker.api), { headers });
    expect(await (await ask('weather/ping/')).text()).toBe('Consumer could not be reached');

    const token = await broker.token('module');
    await using module = new Module({ url: broker.edges[0], topic: 'weather', token, functions: {} });
    await module.connected;
    const answer = await ask('weather/ping/', JSON_ANSWER);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        topic: 'weather',
        availability: 'online',
        lastPing: expect.any(String),
        lastPong: expect.any(String),
        consumers: 1,
      },
    ]);
    expect(await (await ask('weather/status/')).text()).toBe('Consumer connected');

    const deleted = await fetch(new URL('/api/v1/topics/weather', broker.api), {
      method: 'DELETE',
      headers: { authorization: `Bearer ${operator}` },
    });
    expect(deleted.status).toBe(204);
    expect((await ask('weather/status/')).status).toBe(404);
  });
});
