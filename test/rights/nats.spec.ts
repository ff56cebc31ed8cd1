import { prepareCredentials } from '@dasf-broker/credentials';
import { prepareLog } from '@dasf-broker/log';
import { Refusals } from '@dasf-broker/nats';
import { SERVICES, type Service } from '@dasf-broker/rights';
import { eventually } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { RestrictedNats } from '../harness/index.ts';
import { attempts } from './attempts.ts';

const hasServer = inject('natsServerBinary') !== undefined;
const installation = { namespace: 'dasf', partitions: 1 };
const log = { ...installation, replicas: 1, dedupWindow: 600_000 };

let nats: RestrictedNats;
beforeAll(async () => {
  if (!hasServer) return;
  nats = await RestrictedNats.start(installation);
  await using operator = await nats.connect('operator');
  await prepareLog(operator, log);
  await prepareCredentials(operator, log);
});
afterAll(() => nats?.[Symbol.asyncDispose]());

/** Tries one thing; gives the subject that the server refused, as the client was told. */
async function refusedOf(nc: NatsConnection, attempt: (nc: NatsConnection) => void): Promise<string[]> {
  const told: string[] = [];
  using _refusals = new Refusals(nc, ({ message }) => told.push(message));
  attempt(nc);
  await nc.flush();
  await new Promise((resolve) => setImmediate(resolve));
  return told;
}

const streamsOf = async () => {
  await using operator = await nats.connect('operator');
  const { streams } = await jetstreamManager(operator);
  const { config, state } = await streams.info('dasf-log-0');
  return { config, last: state.last_seq, first: state.first_seq };
};

describe.skipIf(!hasServer)('T16: the server refuses', () => {
  const cases = SERVICES.flatMap((service) => {
    const { publish, subscribe } = attempts(installation)[service];
    return [
      ...publish.map((subject) => [service, 'publish', subject] as const),
      ...subscribe.map((subject) => [service, 'subscribe', subject] as const),
    ];
  });

  it.each(cases)('%s: to %s %s', async (service: Service, operation, subject) => {
    await using nc = await nats.connect(service);
    const told = await refusedOf(nc, () => {
      if (operation === 'publish') nc.publish(subject, '{}');
      else nc.subscribe(subject, { callback: () => {} });
    });
    const what = operation === 'publish' ? 'publish' : 'listen';
    expect(told).toEqual([expect.stringContaining(`does not let this service ${what} to ${subject}:`)]);
  });

  it('everybody who does not say who he is, and the users of before', async () => {
    const { host } = new URL(nats.url);
    for (const login of [{}, { user: 'dasf', pass: 'dasf' }, { token: 'x' }]) {
      const connecting = connect({ servers: host, reconnect: false, ...login });
      await expect(connecting).rejects.toThrow(/authorization violation/i);
    }
  });
});

/**
 * JetStream answers on whatever subject a question names, in the server's own name: in one account with the log, each
 * of these would work.
 */
describe.skipIf(!hasServer)('T16: no detour by way of the server leads', () => {
  it.each([
    ['edge', 'dasf-log-0'],
    ['api', 'KV_dasf-topics'],
  ] as const)('%s to what it may not do itself', async (service, stream) => {
    const before = await streamsOf();
    await using nc = await nats.connect(service);
    const own = service === 'edge' ? 'dasf.log.0.pong' : '$KV.dasf-topics.weather';
    await nc.request(own, '');
    const targets = [
      '$JS.API.STREAM.DELETE.dasf-log-0',
      '$JS.API.STREAM.PURGE.dasf-log-0',
      '$JS.API.STREAM.DELETE.KV_dasf-topics',
      'dasf.log.0.expired',
      'dasf.log.0.edge-gone',
      '$KV.dasf-service-tokens.mine',
    ];
    await using store = await nats.connect('store');
    const heard: string[] = [];
    store.subscribe('dasf.backlog.0', { callback: (_error, { subject }) => void heard.push(subject) });
    await store.flush();
    for (const reply of targets) {
      nc.publish(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify({ seq: 1 }), { reply });
      nc.publish(own, '', { reply });
      nc.publish(`$JS.API.STREAM.INFO.${stream}`, '', { reply });
    }
    await nc.flush();
    // The last of them has been dealt with when a question of one's own is answered.
    await nc.request(`$JS.API.STREAM.INFO.${stream}`, '');
    const after = await streamsOf();
    expect(after.config).toEqual(before.config);
    expect(after.first).toBeLessThanOrEqual(1);
    const written = service === 'edge' ? 1 + targets.length : 0;
    expect(after.last).toBe(before.last + written);
    expect(heard).toEqual([]);
  });

  it('a store to write where it is asked to answer', async () => {
    const before = await streamsOf();
    await using store = await nats.connect('store');
    const answered = Promise.withResolvers<void>();
    store.subscribe('dasf.backlog.0', {
      callback: (_error, question) => {
        question.respond('');
        answered.resolve();
      },
    });
    await store.flush();
    await using edge = await nats.connect('edge');
    edge.publish('dasf.backlog.0', '', { reply: '$JS.API.STREAM.DELETE.dasf-log-0' });
    edge.publish('dasf.backlog.0', '', { reply: 'dasf.log.0.expired' });
    await edge.flush();
    await answered.promise;
    await store.flush();
    expect((await edge.request('dasf.backlog.0', '')).data).toHaveLength(0);
    expect(await streamsOf()).toEqual(before);
  });
});

it.skipIf(!hasServer)('T16: nothing is refused in silence: the server logs it, too', async () => {
  await using nc = await nats.connect('api');
  nc.publish('dasf.log.0.ack', '{"topic":"secret"}');
  await nc.flush();
  await eventually(() => nats.errors.some((line) => line.includes('"dasf.log.0.ack"')));
});
