import { createOpaqueToken, SERVICE_TOKEN } from '@dasf-broker/access';
import { createEdge, readEdgeConfig } from '@dasf-broker/edge';
import { HeldLine } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { DasfSocket } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';
import { refusedStatus } from './refused-status.ts';
import { type Scene, useBroker, useOwnBroker } from './scene.ts';

const ADDRESS = '/api/v1/service-tokens';

interface Request {
  readonly subject?: string;
  readonly permissions?: readonly string[];
  readonly expires?: string;
}

async function make(scene: Scene, request: Request): Promise<{ id: string; token: string }> {
  const response = await scene.ask(ADDRESS, await scene.token('operator', ['administer']), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: scene.slug(), subject: 'module', ...request }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string; token: string };
}

async function revoke(scene: Scene, id: string): Promise<void> {
  const operator = await scene.token('operator', ['administer']);
  const response = await scene.ask(`${ADDRESS}/${id}`, operator, { method: 'DELETE' });
  expect(response.status).toBe(204);
}

describe('AUT-6 a service token', () => {
  const scene = useBroker();

  it('lets its holder publish and consume, at once and wherever a token may stand', async () => {
    const topic = scene.slug();
    for (const edge of scene.broker.edges) {
      const permissions = ['add_brokertopic', `can_consume:${topic}`, `can_produce:${topic}`];
      const { token } = await make(scene, { permissions });
      const protocols = ['dasf', `dasf.bearer.${token}`];
      await using consumer = await DasfSocket.connect(edge, `${topic}/c`, { protocols });
      expect(consumer.protocol).toBe('dasf');
      await using producer = await DasfSocket.connect(edge, topic, {
        headers: { authorization: `Token ${token}` },
      });
      expect((await producer.publish({ payload: 'hi' })).result).toBe('ok');
      const frame = await consumer.nextMessage();
      expect(frame.payload).toBe('hi');
      consumer.acknowledge(frame);
    }
  });

  it('speaks for its user, whose stored grants count', async () => {
    const topic = scene.slug();
    await scene.administer('POST', '', { name: topic, grant: { can_produce: ['module'] } });
    const { token } = await make(scene, {});
    await using producer = await scene.connect(topic, { token });
    expect((await producer.publish({})).result).toBe('ok');
    await using elsewhere = await scene.connect(scene.slug(), { token });
    expect((await elsewhere.publish({})).errorMsg).toBe('User is not allowed to create topics.');
  });

  it('that is revoked is refused with 401, and what it has open closes with 4403 within 2 s', async () => {
    const { topic } = await scene.madeTopic('module');
    const { id, token } = await make(scene, {});
    const other = await make(scene, {});
    const paths = [topic, `${topic}/c`, 'status-ping'];
    const open = await Promise.all(
      scene.broker.edges.flatMap((edge) => paths.map((path) => DasfSocket.connect(edge, path, { token }))),
    );
    await using untouched = await scene.connect(topic, { token: other.token });

    await revoke(scene, id);
    const answered = performance.now();
    const codes = await Promise.all(open.map(async ({ closed }) => (await closed).code));
    expect(performance.now() - answered).toBeLessThan(2000);
    expect(new Set(codes)).toEqual(new Set([4403]));
    for (const edge of scene.broker.edges)
      expect(await refusedStatus(DasfSocket.connect(edge, topic, { token }))).toBe(401);
    for (let turn = 0; turn < scene.broker.apis.length; turn += 1)
      expect((await scene.ask(`${topic}/status/`, token)).status).toBe(401);
    expect((await untouched.publish({})).result).toBe('ok');
  });

  it('may end by itself, with 4401', async () => {
    const expires = new Date(Date.now() + 1500).toISOString();
    const { token } = await make(scene, { expires });
    await using producer = await scene.connect(scene.slug(), { token });
    expect((await producer.closed).code).toBe(4401);
    expect(await refusedStatus(scene.connect(scene.slug(), { token }))).toBe(401);
  });

  it('that nobody issued is refused', async () => {
    const { token } = await make(scene, {});
    const mistyped = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const unknown of [mistyped, createOpaqueToken(SERVICE_TOKEN)])
      expect(await refusedStatus(scene.connect(scene.slug(), { token: unknown }))).toBe(401);
  });

  it('is never one of anonymous', async () => {
    const operator = await scene.token('operator', ['administer']);
    const response = await scene.ask(ADDRESS, operator, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: scene.slug(), subject: 'anonymous' }),
    });
    expect(response.status).toBe(400);
  });
});

const elsewhere = withoutOwnBroker('AUT-6 on an edge that hears nothing', 'an edge of its own');

describe.skipIf(elsewhere)('AUT-6 on an edge that hears nothing from NATS', () => {
  const scene = useOwnBroker();

  it('nothing passes by a token that may have been revoked, and what was revoked ends afterwards', async () => {
    const { topic } = await scene.madeTopic('module');
    const { id, token } = await make(scene, {});
    await using line = await HeldLine.to(inject('natsUrl'));
    await using deaf = await createEdge(
      readEdgeConfig({
        DASF_NATS_URL: line.url,
        DASF_NAMESPACE: scene.broker.namespace,
        DASF_EDGE_PORT: '0',
        DASF_LOG_LEVEL: 'silent',
      }),
    );
    await using consumer = await DasfSocket.connect(deaf.address, `${topic}/c`, { token });
    await using producer = await DasfSocket.connect(deaf.address, topic, { token });
    expect((await producer.publish({ payload: 'before' })).result).toBe('ok');
    expect((await consumer.nextMessage()).payload).toBe('before');

    line.hold();
    await revoke(scene, id);
    const answered = performance.now();
    await expect.poll(() => performance.now() - answered, { timeout: 5000 }).toBeGreaterThan(2100);
    await using owner = await scene.connect(topic, { token: await scene.token('module') });
    expect((await owner.publish({ payload: 'after' })).result).toBe('ok');
    const asked = performance.now();
    expect(await refusedStatus(DasfSocket.connect(deaf.address, topic, { token }))).toBe(503);
    expect(performance.now() - asked).toBeLessThan(2000);
    producer.send({ payload: 'by a revoked token' });

    line.release();
    expect((await consumer.closed).code).toBe(4403);
    expect((await producer.closed).code).toBe(4403);
    await expect(consumer.nextMessage(100)).rejects.toThrow();
    await using witness = await scene.connect(`${topic}/w`, { token: await scene.token('module') });
    expect((await witness.messages(2)).map(({ payload }) => payload)).toEqual(['before', 'after']);
    await witness.silence();
  });
});
