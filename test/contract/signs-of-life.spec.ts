import { eventually } from '@dasf-broker/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { DasfSocket, startBroker } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';
import { type Scene, useBroker } from './scene.ts';

const scene = useBroker();

interface Signs {
  readonly availability: string;
  readonly lastPing: string | null;
  readonly lastPong: string | null;
}

async function signs(on: Scene, topic: string, token: string): Promise<Signs> {
  const answer = await on.ask(`${topic}/status/`, token, { headers: { accept: 'application/json' } });
  return (await answer.json()) as Signs;
}

/** An ordinary topic to which nothing has happened, and a token for all that may be done to it. */
async function quietTopic(storeMessages = 'default') {
  const topic = scene.slug();
  const grant = { can_consume: ['alice'], can_produce: ['alice'] };
  await scene.administer('POST', '', { name: topic, storeMessages, grant });
  return { topic, token: await scene.token('alice') };
}

/** Waits until one of a topic's times has moved beyond what it was. */
function moved(topic: string, token: string, which: 'lastPing' | 'lastPong', since: string | null = null) {
  return eventually(async () => {
    const now = (await signs(scene, topic, token))[which];
    return now === since ? undefined : (now ?? undefined);
  });
}

describe('AVL-1 last_ping moves', () => {
  it('when the topic is pinged, also with nobody connected', async () => {
    const { topic, token } = await quietTopic();
    expect(await signs(scene, topic, token)).toMatchObject({ lastPing: null, lastPong: null });
    await scene.ask(`${topic}/ping/`, token, { method: 'POST' });
    expect((await signs(scene, topic, token)).lastPing).not.toBeNull();
  });

  it.each(['cache', 'cacheall', 'store', 'disabled'])(
    'when a message is published under %s',
    async (rule) => {
      const { topic, token } = await quietTopic(rule);
      await using producer = await scene.connect(topic, { token });
      expect((await producer.publish({})).result).toBe('ok');
      await moved(topic, token, 'lastPing');
      expect((await signs(scene, topic, token)).lastPong).toBeNull();
    },
  );

  it('when outstanding messages are sent on connecting', async () => {
    const { topic, token } = await quietTopic();
    await using producer = await scene.connect(topic, { token });
    await producer.publish({});
    const published = await moved(topic, token, 'lastPing');
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await consumer.nextMessage();
    await moved(topic, token, 'lastPing', published);
  });
});

describe('AVL-1 last_pong moves', () => {
  it.each(['cache', 'disabled'])('when a consumer acknowledges under %s', async (rule) => {
    const { topic, token } = await quietTopic(rule);
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    // Of what is not retained only a connected consumer gets anything: it may still be on its way in.
    await eventually(async () => {
      await producer.publish({ payload: 'm' });
      const frame = await consumer.nextMessage(300).catch(() => undefined);
      if (frame) consumer.acknowledge(frame);
      return frame !== undefined;
    });
    await moved(topic, token, 'lastPong');
  });

  it('when a pong comes', async () => {
    const { topic, token } = await quietTopic();
    await using pong = await scene.connect('status-ping', { token });
    await pong.publish({ properties: { messageType: 'pong', source_topic: topic } });
    await moved(topic, token, 'lastPong');
  });
});

describe('AVL-2 what follows from the two', () => {
  it('unknown: never pinged', async () => {
    const { topic, token } = await quietTopic();
    expect((await signs(scene, topic, token)).availability).toBe('unknown');
  });

  it('unknown: the topic does not support DASF', async () => {
    const { topic, token } = await quietTopic();
    await scene.administer('PATCH', `/${topic}`, { supportsDasf: false });
    await using producer = await scene.connect(topic, { token });
    await producer.publish({});
    await moved(topic, token, 'lastPing');
    expect((await signs(scene, topic, token)).availability).toBe('unknown');
  });

  it('online: a pong that is a little older than the last ping', async () => {
    const { topic, token } = await quietTopic();
    await using pong = await scene.connect('status-ping', { token });
    await pong.publish({ properties: { messageType: 'pong', source_topic: topic } });
    await moved(topic, token, 'lastPong');
    await scene.ask(`${topic}/ping/`, token, { method: 'POST' });
    const { availability, lastPing, lastPong } = await signs(scene, topic, token);
    expect(`${lastPing}` > `${lastPong}`).toBe(true);
    expect(availability).toBe('online');
  });
});

const elsewhere = withoutOwnBroker('AVL-2 with old signs, AVL-5 by the minute', 'its own database and times');

describe.skipIf(elsewhere)('AVL-2 as time goes by', () => {
  it.each([
    ['online', 'a pong ten seconds older than a ping of just now', 1, 10.5],
    ['offline', 'a pong much older than a ping of just now', 1, 13],
    ['online', 'both nearly two minutes ago', 110, 119],
    ['offline', 'a ping nearly two minutes ago without a pong', 110, null],
    ['unknown', 'both more than two minutes ago', 121, 121],
  ])('%s: %s', async (availability, _what, pingedAgo, pongAgo) => {
    await using broker = await startBroker({ edges: 1, stores: 1, apis: 1 });
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'old', { token });
    await producer.publish({});
    const status = async () => {
      const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
      const answer = await fetch(new URL('old/status/', broker.api), { headers });
      return (await answer.json()) as Signs;
    };
    await eventually(async () => (await status()).lastPing !== null);
    const database = new pg.Client({ connectionString: broker.databaseUrl });
    await database.connect();
    await database.query(
      `update topic set last_ping = now() - $1 * interval '1 second', last_pong = now() - $2 * interval '1 second'`,
      [pingedAgo, pongAgo],
    );
    await database.end();
    expect((await status()).availability).toBe(availability);
  });
});

describe.skipIf(elsewhere)('AVL-5, AVL-7 pings of each minute', () => {
  it('go to topics that support DASF, and to no response topic', async () => {
    await using broker = await startBroker({ storeTimes: { pingInterval: 1000 } });
    const token = await broker.token('alice', ['add_brokertopic']);
    const operator = await broker.token('operator', ['administer']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'pinged', { token });
    const request = { messageId: 'r', properties: { response_topic: 'pinged_abcdefgh' } };
    expect((await producer.publish(request)).result).toBe('ok');
    const made = await fetch(new URL('/api/v1/topics', broker.api), {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'plain', supportsDasf: false, grant: { can_consume: ['alice'] } }),
    });
    expect(made.status).toBe(201);
    const connect = (path: string, edge: number) =>
      DasfSocket.connect(broker.edges[edge] ?? '', path, { token });
    await using pinged = await connect('pinged/c', 1);
    await using response = await connect('pinged_abcdefgh/c', 0);
    await using plain = await connect('plain/c', 0);
    expect((await pinged.nextMessage()).messageId).toBe('r');
    const ids = new Set<string>();
    while (ids.size < 2) {
      const frame = await pinged.next();
      expect(frame).toMatchObject({
        payload: '',
        properties: { messageType: 'ping', requestContext: 1, response_topic: 'status-ping' },
      });
      expect(ids).not.toContain(frame.messageId);
      ids.add(frame.messageId);
    }
    await expect(response.next(100)).rejects.toThrow('No frame came');
    await expect(plain.next(100)).rejects.toThrow('No frame came');
  });
});
