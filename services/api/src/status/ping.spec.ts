import { Subjects, subscribeLive } from '@dasf-broker/log';
import { connectNats } from '@dasf-broker/nats';
import type { Slug } from '@dasf-broker/protocol';
import { newTopic, type Topic } from '@dasf-broker/registry';
import { describe, expect, inject, it } from 'vitest';
import { createScene, type Scene } from '../testing/scene.ts';

function make(scene: Scene, slug: string, change: Partial<Topic> = {}) {
  return scene.registry.create(
    newTopic({ slug: slug as Slug, partition: 1, creator: 'ada', public: true, ...change }),
  );
}

/** A module that answers pings, as an edge would pass them on, after a while. */
async function answerPings(scene: Scene, topic: Topic, after: number) {
  const nc = await connectNats({ url: inject('natsUrl'), client: 'module' });
  const frames: Record<string, unknown>[] = [];
  const receive = ({ event }: { event: { frame: Uint8Array } }) => {
    frames.push(JSON.parse(Buffer.from(event.frame).toString()));
    setTimeout(() => {
      void scene.appender.append(1, { type: 'pong', topic: topic.slug, uid: topic.uid, user: 'module' });
    }, after);
  };
  const subscription = subscribeLive(
    nc,
    new Subjects(scene.config.log.namespace),
    topic.slug,
    receive,
    () => {},
  );
  await subscription.ready;
  return { frames, [Symbol.asyncDispose]: () => nc.close() };
}

describe('API-2', () => {
  it.each(['POST', 'GET'])(
    '%s pings, waits for the pong, and redirects to a status that reflects it',
    async (method) => {
      await using scene = await createScene();
      const topic = await make(scene, 'weather');
      await using module = await answerPings(scene, topic, 200);
      const redirect = await scene.ask('weather/ping/', undefined, { method });
      expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '../status/']);
      const status = await scene.ask('weather/status/');
      expect([status.status, await status.text()]).toEqual([200, 'Consumer connected']);
      expect(module.frames).toMatchObject([
        {
          payload: '',
          properties: { messageType: 'ping', requestContext: 1, response_topic: 'status-ping' },
        },
      ]);
    },
  );

  it('leads a client that follows to the status, also without the last slash', async () => {
    await using scene = await createScene();
    await make(scene, 'weather');
    const answer = await scene.ask('weather/ping', undefined, {
      method: 'POST',
      redirect: 'follow',
      body: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([answer.status, await answer.text()]).toEqual([503, 'Consumer could not be reached']);
    expect(answer.url).toBe(`${scene.api.address}weather/status/`);
  });

  it('gives up waiting in time, and at once where the read model is away', async () => {
    await using scene = await createScene();
    await make(scene, 'weather');
    const timed = async () => {
      const start = performance.now();
      expect((await scene.ask('weather/ping/')).status).toBe(302);
      return performance.now() - start;
    };
    const waited = await timed();
    expect(waited).toBeGreaterThan(scene.config.pingWait - 100);
    expect(waited).toBeLessThan(scene.config.pingWait + 1500);
    scene.signs.away = true;
    expect(await timed()).toBeLessThan(scene.config.pingWait - 100);
  });

  it('pings once for all who ask at the same time', async () => {
    await using scene = await createScene();
    await make(scene, 'weather');
    const answers = await Promise.all(Array.from({ length: 10 }, () => scene.ask('weather/ping/')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(302));
    expect((await scene.events()).filter(({ type }) => type === 'ping')).toHaveLength(1);
  });

  it('needs can_produce where the topic is not public', async () => {
    await using scene = await createScene();
    await make(scene, 'closed', { public: false });
    const statusOf = async (...permissions: string[]) =>
      (await scene.ask('closed/ping/', await scene.token('ada', ...permissions), { method: 'POST' })).status;
    expect(await statusOf('can_consume:closed', 'can_view_status:closed', 'administer')).toBe(403);
    expect(await statusOf('can_produce:closed')).toBe(302);
    expect((await scene.ask('closed/ping/')).status).toBe(401);
    expect((await scene.ask('nowhere/ping/')).status).toBe(404);
  });
});

describe('AVL-7', () => {
  it('pings neither response topics nor topics that do not support DASF', async () => {
    await using scene = await createScene();
    const source = await make(scene, 'weather');
    await make(scene, 'weather_k3jd82hs', { responseFor: { slug: source.slug, uid: source.uid } });
    await make(scene, 'plain', { supportsDasf: false });
    expect((await scene.ask('weather_k3jd82hs/ping/')).status).toBe(302);
    expect((await scene.ask('plain/ping/')).status).toBe(302);
    expect(await scene.events()).toEqual([]);
  });
});
