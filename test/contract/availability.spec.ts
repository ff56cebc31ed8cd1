import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import type { DasfSocket } from '../harness/index.ts';
import { useBroker } from './scene.ts';

const scene = useBroker();

/** The next question of the broker's own of this type. */
async function nextProbe(consumer: DasfSocket, messageType: string) {
  for (;;) {
    const frame = await consumer.next();
    if (frame.properties?.messageType === messageType) return frame;
  }
}

async function status(topic: string, token: string) {
  const response = await scene.ask(`${topic}/status/`, token, { headers: { accept: 'application/json' } });
  const { availability, consumers } = (await response.json()) as { availability: string; consumers: number };
  return { status: response.status, availability, consumers };
}

function ping(topic: string, token: string) {
  return scene.ask(`${topic}/ping/`, token, { method: 'POST' });
}

describe('AVL-2, AVL-3 a ping and its pong', () => {
  it('make a topic online', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/module`, { token });
    await using pong = await scene.connect('status-ping', { token });
    const asking = ping(topic, token);
    const question = await nextProbe(consumer, 'ping');
    expect(question).toMatchObject({
      payload: '',
      properties: { messageType: 'ping', requestContext: 1, response_topic: 'status-ping' },
    });
    consumer.acknowledge(question);
    const answer = { properties: { messageType: 'pong', source_topic: topic, requestContext: '1' } };
    expect((await pong.publish(answer)).result).toBe('ok');
    expect((await asking).status).toBe(302);
    expect(await status(topic, token)).toMatchObject({ status: 200, availability: 'online', consumers: 1 });
  });

  it('without a pong it is offline', async () => {
    const topic = scene.slug();
    await scene.administer('POST', '', { name: topic, public: true });
    const token = await scene.token('anybody');
    expect(await status(topic, token)).toMatchObject({ status: 503, availability: 'unknown' });
    await ping(topic, token);
    expect(await status(topic, token)).toMatchObject({ status: 503, availability: 'offline' });
  });
});

describe('AVL-4 the pong connection', () => {
  it('stores a module’s API description', async () => {
    const { topic, token } = await scene.madeTopic();
    await using pong = await scene.connect('status-ping', { token });
    const properties = { messageType: 'response', source_topic: topic, api_info: '{"rpc_schema":[]}' };
    expect((await pong.publish({ messageId: 'd', context: '1', properties })).result).toBe('ok');
    const bad = await pong.publish({ properties: { ...properties, api_info: '{' } });
    expect(bad.result).toBe('send-error:3');
  });

  it.each([
    ['no source topic', {}, 'No source topic found.', 3],
    ['an unknown one', { source_topic: 'nowhere' }, 'User is not allowed to publish to this topic', 6],
  ])('%s', async (_what, properties, errorMsg, number) => {
    await using pong = await scene.connect('status-ping', { token: await scene.token('alice') });
    const answer = await pong.publish({ context: 'c', properties: { messageType: 'pong', ...properties } });
    expect(answer).toMatchObject({ context: 'c', result: `send-error:${number}`, errorMsg });
  });

  it('one that the user may not consume', async () => {
    const { topic } = await scene.madeTopic('alice');
    await using pong = await scene.connect('status-ping', { token: await scene.token('mallory') });
    const answer = await pong.publish({ properties: { messageType: 'pong', source_topic: topic } });
    expect(answer.result).toBe('send-error:6');
  });

  it('answers any other type with ok', async () => {
    const { topic, token } = await scene.madeTopic();
    await using pong = await scene.connect('status-ping', { token });
    const answer = await pong.publish({ properties: { messageType: 'log', source_topic: topic } });
    expect(answer.result).toBe('ok');
  });
});

describe('AVL-6, AVL-7 a consumer with nothing outstanding is asked for its API', () => {
  it('on an ordinary topic', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/module`, { token });
    expect(await nextProbe(consumer, 'api_info')).toMatchObject({
      payload: '',
      properties: { requestContext: 1, response_topic: 'status-ping' },
    });
  });

  it('not where something is outstanding', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ payload: 'work' });
    await using consumer = await scene.connect(`${topic}/module`, { token });
    expect((await consumer.next()).payload).toBe('work');
    const later = await consumer.next(300).catch(() => undefined);
    expect(later?.properties.messageType).not.toBe('api_info');
  });

  it('not where DASF is not supported', async () => {
    const topic = scene.slug();
    await scene.administer('POST', '', { name: topic, supportsDasf: false, grant: { can_consume: ['bob'] } });
    await using consumer = await scene.connect(`${topic}/b`, { token: await scene.token('bob') });
    await expect(consumer.next(500)).rejects.toThrow('No frame came');
  });

  it('never on a response topic', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    const answers = `${topic}_abcdefgh`;
    await producer.publish({ properties: { response_topic: answers, requestContext: 1 } });
    await using consumer = await scene.connect(`${answers}/c`, { token });
    await expect(consumer.next(500)).rejects.toThrow('No frame came');
  });
});

describe('AVL-5 when a consumer disconnects', () => {
  it('those that stay are pinged', async () => {
    const { topic, token } = await scene.madeTopic();
    await using staying = await scene.connect(`${topic}/stays`, { token });
    const leaving = await scene.connect(`${topic}/leaves`, { token });
    await eventually(async () => (await status(topic, token)).consumers === 2);
    leaving.terminate();
    await nextProbe(staying, 'ping');
    await eventually(async () => (await status(topic, token)).consumers === 1);
  });
});
