import { describe, expect, it } from 'vitest';
import { betweenPings } from './between-pings.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();
const JSON_ANSWER = { headers: { accept: 'application/json' } };

async function newTopic(more: object = {}) {
  const topic = scene.slug();
  await scene.administer('POST', '', { name: topic, ...more });
  return topic;
}

async function said(answering: Promise<Response>): Promise<[number, string]> {
  const answer = await answering;
  return [answer.status, await answer.text()];
}

describe('API-1 the status of a topic', () => {
  it('in words that installations know', async () => {
    await betweenPings();
    const topic = await newTopic({ public: true, grant: { can_consume: ['module'] } });
    const token = await scene.token('module');
    const status = () => said(scene.ask(`${topic}/status/`, token));
    expect(await status()).toEqual([503, 'Status unknown']);
    await scene.ask(`${topic}/ping/`, token, { method: 'POST' });
    expect(await status()).toEqual([503, 'Consumer could not be reached']);
    await using pong = await scene.connect('status-ping', { token });
    await pong.publish({ properties: { messageType: 'pong', source_topic: topic } });
    await expect.poll(status, { timeout: 5000 }).toEqual([200, 'Consumer connected']);
  });

  it('of one that does not support DASF, and of none', async () => {
    const topic = await newTopic({ public: true, supportsDasf: false });
    expect(await said(scene.ask(`${topic}/status/`))).toEqual([400, 'Topic is excluded from ping']);
    const token = await scene.token('alice', ['can_view_status:*']);
    expect((await scene.ask(`${scene.slug()}/status/`, token)).status).toBe(404);
  });

  it.each([
    ['can_view_status', 503],
    ['can_produce', 503],
    ['can_consume', 503],
    ['add_brokertopic', 403],
    ['administer', 403],
  ])('with %s: %i', async (right, status) => {
    const topic = await newTopic();
    const permission = right.startsWith('can_') ? `${right}:${topic}` : right;
    const token = await scene.token('somebody', [permission]);
    expect((await scene.ask(`${topic}/status/`, token)).status).toBe(status);
  });

  it('without a token: 401, but of a public topic', async () => {
    expect((await scene.ask(`${await newTopic()}/status/`)).status).toBe(401);
    expect((await scene.ask(`${await newTopic({ public: true })}/status/`)).status).toBe(503);
  });
});

describe('API-2 a ping', () => {
  it.each(['POST', 'GET'])(
    'by %s waits for the pong and leads to a status that knows of it',
    async (method) => {
      await betweenPings();
      const topic = await newTopic({ public: true, grant: { can_consume: ['module'] } });
      const token = await scene.token('module');
      await using module = await scene.connect(`${topic}/module`, { token });
      await using pong = await scene.connect('status-ping', { token });
      const answering = scene.ask(`${topic}/ping/`, undefined, { method });
      for (;;) {
        const frame = await module.next();
        if (frame.properties.messageType === 'ping') break;
      }
      await pong.publish({ properties: { messageType: 'pong', source_topic: topic } });
      const answer = await answering;
      expect(answer.status).toBe(302);
      const status = new URL(answer.headers.get('location') ?? '', answer.url);
      expect(status.pathname).toMatch(new RegExp(`/${topic}/status/$`));
      expect(await said(fetch(status))).toEqual([200, 'Consumer connected']);
    },
  );

  it('waits up to 3 s', async () => {
    const topic = await newTopic({ public: true });
    const began = performance.now();
    expect((await scene.ask(`${topic}/ping/`, undefined, { method: 'POST' })).status).toBe(302);
    const waited = performance.now() - began;
    expect(waited).toBeGreaterThan(2500);
    expect(waited).toBeLessThan(6000);
  });

  it('needs can_produce where the topic is not public', async () => {
    const topic = await newTopic();
    const ping = async (...permissions: string[]) => {
      const token = permissions.length > 0 ? await scene.token('somebody', permissions) : undefined;
      return (await scene.ask(`${topic}/ping/`, token, { method: 'POST' })).status;
    };
    expect(await ping(`can_consume:${topic}`, `can_view_status:${topic}`)).toBe(403);
    expect(await ping()).toBe(401);
    expect(await ping(`can_produce:${topic}`)).toBe(302);
  });
});

describe('API-3 as JSON', () => {
  it('with the same status codes', async () => {
    await betweenPings();
    const topic = await newTopic({ public: true, grant: { can_consume: ['module'] } });
    const ask = async () => {
      const answer = await scene.ask(`${topic}/status/`, undefined, JSON_ANSWER);
      return { status: answer.status, body: await answer.json() };
    };
    const unknown = { topic, availability: 'unknown', lastPing: null, lastPong: null, consumers: 0 };
    expect(await ask()).toEqual({ status: 503, body: unknown });
    const token = await scene.token('module');
    await using _module = await scene.connect(`${topic}/module`, { token });
    await using pong = await scene.connect('status-ping', { token });
    const pinged = await scene.ask(`${topic}/ping/`, undefined, { method: 'POST', ...JSON_ANSWER });
    expect(pinged.status).toBe(302);
    await pong.publish({ properties: { messageType: 'pong', source_topic: topic } });
    await expect.poll(ask, { timeout: 5000 }).toEqual({
      status: 200,
      body: {
        topic,
        availability: 'online',
        lastPing: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        lastPong: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        consumers: 1,
      },
    });
  });

  it('of what is refused', async () => {
    const answer = await scene.ask(`${await newTopic()}/status/`, undefined, JSON_ANSWER);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ status: 401, code: 'SIGN_IN_REQUIRED' });
  });
});
