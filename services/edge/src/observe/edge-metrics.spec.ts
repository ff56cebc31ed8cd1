import { once } from 'node:events';
import { Subjects } from '@dasf-broker/log';
import { natsClient } from '@dasf-broker/testing';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createEdgeScene } from '../testing/edge-scene.ts';

type Scene = Awaited<ReturnType<typeof createEdgeScene>>;

async function connect(scene: Scene, path: string, ...permissions: string[]) {
  const headers = { authorization: `Bearer ${await scene.token('ada', 60, permissions)}` };
  const socket = new WebSocket(new URL(path, scene.address), { headers });
  const frames: Record<string, unknown>[] = [];
  socket.on('message', (data) => void frames.push(JSON.parse(String(data))));
  await once(socket, 'open');
  return {
    frames,
    send: (frame: object | string) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    [Symbol.asyncDispose]: async () => socket.terminate(),
  };
}

it('an edge counts what connects, is published, delivered, acknowledged and refused', async () => {
  await using scene = await createEdgeScene({ DASF_EDGE_INTERNAL_PORT: '0' });
  const { monitoring } = scene;
  const ask = async (path: string) => (await fetch(new URL(path, monitoring.address))).text();
  const scraped = () => ask('/metrics');
  expect(await ask('/readyz?verbose')).toBe(
    '[+] process: ok\n[+] nats: ok\n[+] registry: ok\n[+] log: ok\nok\n',
  );
  await using producer = await connect(scene, 'weather', 'add_brokertopic');
  {
    // Before the topic is there: then nothing is outstanding, and no store need be asked.
    await using consumer = await connect(scene, 'weather/mine', 'can_consume:*');
    producer.send({ messageId: 'one' });
    await expect.poll(() => consumer.frames).toContainEqual(expect.objectContaining({ messageId: 'one' }));
    consumer.send({ messageId: 'one' });
    consumer.send({ messageId: 'two' });
    await expect.poll(scraped).toMatch(/^dasf_edge_acknowledgements_total\{known="false"\} 1$/m);
    expect(await scraped()).toMatch(/^dasf_edge_connections\{kind="consumer"\} 1$/m);
  }
  producer.send('no frame');
  await using other = await connect(scene, 'elsewhere');
  other.send({ messageId: 'four' });
  await expect.poll(() => [producer.frames.length, other.frames.length]).toEqual([2, 1]);
  expect((await scene.upgrade('weather')).status).toBe(401);

  const lines = (await scraped()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'dasf_edge_connections{kind="producer"} 2',
      'dasf_edge_connections_opened_total{kind="consumer"} 1',
      'dasf_edge_upgrades_refused_total{code="TOKEN_REQUIRED"} 1',
      'dasf_edge_frames_received_total{kind="consumer"} 2',
      'dasf_edge_publishes_total{kind="producer",result="ok"} 1',
      'dasf_edge_publishes_total{kind="producer",result="invalid"} 1',
      'dasf_edge_publishes_total{kind="producer",result="refused"} 1',
      'dasf_edge_publish_duration_seconds_count{kind="producer"} 3',
      'dasf_edge_deliveries_total 1',
      'dasf_edge_acknowledgements_total{known="true"} 1',
      'dasf_edge_limit_hits_total{limit="frame rate"} 0',
      'dasf_registry_topics 1',
      'dasf_nats_up{connection="main"} 1',
      'dasf_nats_up{connection="bulk"} 1',
    ]),
  );
  expect(lines.join('\n')).not.toMatch(/weather|elsewhere|\bada\b/);
  await expect.poll(scraped).toMatch(/^dasf_edge_connections\{kind="consumer"\} 0$/m);
});

it('a log that takes nothing is told by an edge, which is ready all the same', async () => {
  await using scene = await createEdgeScene({ DASF_EDGE_INTERNAL_PORT: '0' });
  const readiness = async () => {
    const answer = await fetch(new URL('/readyz?verbose', scene.monitoring.address));
    return `${answer.status} ${await answer.text()}`;
  };
  await using nc = await natsClient();
  const stream = new Subjects(scene.config.log.namespace).stream(0);
  const { config } = (await nc.request(`$JS.API.STREAM.INFO.${stream}`)).json<{ config: object }>();
  const limit = (max_bytes: number) =>
    nc.request(`$JS.API.STREAM.UPDATE.${stream}`, JSON.stringify({ ...config, max_bytes }));
  await using producer = await connect(scene, 'weather', 'add_brokertopic');
  producer.send({ messageId: 'one' });
  await expect.poll(() => producer.frames).toContainEqual({ messageId: 'one', result: 'ok' });
  await limit(1);
  producer.send({ messageId: 'two' });
  await expect.poll(readiness).toMatch(/^200 [\s\S]*\[-\] log: partition 0: /);
  await limit(-1);
  producer.send({ messageId: 'three' });
  await expect.poll(readiness).toMatch(/\[\+\] log: ok/);
});

it('an announcement that is none is counted and named in the log, and the edge goes on', async () => {
  await using scene = await createEdgeScene({ DASF_EDGE_INTERNAL_PORT: '0' });
  const scraped = async () => (await fetch(new URL('/metrics', scene.monitoring.address))).text();
  await using nc = await natsClient();
  const subject = new Subjects(scene.config.log.namespace).announcements(0);
  for (const text of ['junk', 'null', '{"partition":0}']) nc.publish(subject, text);
  await expect.poll(scraped).toMatch(/^dasf_edge_unreadable_messages_total\{kind="announcement"\} 3$/m);
  expect(scene.lines.filter((line) => line.includes('unreadable announcement'))).toHaveLength(1);
  await using producer = await connect(scene, 'weather', 'add_brokertopic');
  producer.send({ messageId: 'one' });
  await expect.poll(() => producer.frames).toContainEqual({ messageId: 'one', result: 'ok' });
});
