import { describe, expect, it } from 'vitest';
import { UpgradeRefused } from '../harness/index.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();

describe('URL-1, URL-2 topics and subscriptions', () => {
  it.each(['plain', 'Straße_Übersicht-7', '天気', 'x'.repeat(200), '天'.repeat(200)])(
    'a message reaches a topic whose name ends with %s',
    async (name) => {
      const token = await scene.token('alice', ['add_brokertopic']);
      const path = encodeURIComponent(scene.slug(`-${name}`));
      await using consumer = await scene.connect(`${path}/a.b:c-d_ü/`, { token });
      await using producer = await scene.connect(`${path}/`, { token });
      expect((await producer.publish({ payload: 'hello' })).result).toBe('ok');
      expect((await consumer.nextMessage()).payload).toBe('hello');
    },
  );
});

describe('URL-4 Apache Pulsar’s addresses', () => {
  it.each(['persistent', 'non-persistent'])('%s', async (kind) => {
    const topic = scene.slug();
    const token = await scene.token('alice', ['add_brokertopic']);
    await using consumer = await scene.connect(`/ws/v2/consumer/${kind}/public/default/${topic}/s`, {
      token,
    });
    await using producer = await scene.connect(`/ws/v2/producer/${kind}/public/default/${topic}`, { token });
    expect((await producer.publish({ payload: 'hello' })).result).toBe('ok');
    expect((await consumer.nextMessage()).payload).toBe('hello');
  });

  it('has the pong connection, too', async () => {
    await using pong = await scene.connect('/ws/v2/producer/non-persistent/public/default/status-ping');
    expect((await pong.publish({})).errorMsg).toBe('No source topic found.');
  });
});

describe('URL-3, URL-5 other paths are refused with 404 and a reason', () => {
  it.each([
    '/ws/status-ping/x',
    '/ws/a/b/c',
    '/ws/',
    '/other',
    '/ws/a%20b',
    '/ws/a.b',
    `/ws/${'x'.repeat(256)}`,
    '/ws/%zz',
    '/ws/v2/producer/persistent/other/default/t',
    '/ws/v2/consumer/persistent/public/default/t',
  ])('%s', async (path) => {
    const refusal = await scene.connect(path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UpgradeRefused);
    const { status, body } = refusal as UpgradeRefused;
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ status: 404, code: 'NO_SUCH_ADDRESS' });
  });
});

describe('URL-6 a connection comes before its topic and its rights', () => {
  it('and gets what it may have when both appear', async () => {
    const topic = scene.slug();
    await using consumer = await scene.connect(`${topic}/early`, { token: await scene.token('bob') });
    const owner = await scene.token('alice', ['add_brokertopic']);
    await using producer = await scene.connect(topic, { token: owner });
    await producer.publish({ payload: 'before the right' });
    await consumer.silence();
    await scene.administer('PATCH', `/${topic}`, { grant: { can_consume: ['bob'] } });
    expect((await consumer.nextMessage()).payload).toBe('before the right');
    await producer.publish({ payload: 'after it' });
    expect((await consumer.nextMessage()).payload).toBe('after it');
  });
});
