import { randomBytes } from 'node:crypto';
import { createApi, readApiConfig } from '@dasf-broker/api';
import { prepareCredentials } from '@dasf-broker/credentials';
import { createEdge, readEdgeConfig } from '@dasf-broker/edge';
import { Appender, type LogEvent, prepareLog, Subjects } from '@dasf-broker/log';
import type { Service } from '@dasf-broker/rights';
import { createStore, readStoreConfig } from '@dasf-broker/store';
import { createLogger } from '@dasf-broker/telemetry';
import { eventually } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { RestrictedNats } from '../harness/index.ts';

const hasServer = inject('natsServerBinary') !== undefined;
const installation = { namespace: 'dasf', partitions: 1 };
const log = { ...installation, replicas: 1, dedupWindow: 600_000 };

/** A server whose operator has left one right out, for one service. */
async function serverWithout(service: Service, subject: string): Promise<RestrictedNats> {
  const nats = await RestrictedNats.start(installation, (config) => without(config, service, subject));
  await using operator = await nats.connect('operator');
  await prepareLog(operator, log);
  await prepareCredentials(operator, log);
  return nats;
}

function without(config: string, service: Service, subject: string): string {
  const line = `"${subject}"\n`;
  const begin = config.indexOf(`# ${service}\n`);
  const at = config.indexOf(line, begin);
  if (begin < 0 || at < 0) throw new Error(`${service} has no right to ${subject}`);
  return config.slice(0, at) + config.slice(at + line.length);
}

function environment(nats: RestrictedNats, service: Service) {
  return {
    ...nats.environment(service),
    DASF_LOG_PARTITIONS: '1',
    DASF_EDGE_PORT: '0',
    DASF_API_PORT: '0',
    DASF_DATABASE_URL: inject('databaseUrl'),
    DASF_JWT_SECRET: randomBytes(32).toString('base64url'),
  };
}

function logged() {
  const lines: string[] = [];
  const logger = createLogger(
    { name: 'test', level: 'info' },
    { write: (line: string) => void lines.push(line) },
  );
  return { logger, errors: () => lines.filter((line) => line.includes('"level":50')) };
}

describe.skipIf(!hasServer)('T16: what a service lacks is said at its start, and is no time-out', () => {
  it.each([
    '$JS.API.STREAM.INFO.dasf-log-0',
    '$JS.API.DIRECT.GET.dasf-log-0',
    '$JS.API.STREAM.INFO.KV_dasf-topics',
    '$JS.API.STREAM.MSG.GET.KV_dasf-topics',
    '$JS.API.DIRECT.GET.KV_dasf-topics',
    'dasf.bucket.topics.*',
    'dasf.bucket.service-tokens.*',
    'dasf.announced.*',
    'dasf.live.*.*.*',
  ])('an edge without %s', async (subject) => {
    await using nats = await serverWithout('edge', subject);
    const { logger, errors } = logged();
    const starting = createEdge(readEdgeConfig(environment(nats, 'edge')), { logger });
    await expect(starting).rejects.toMatchObject({ code: 'NATS_REFUSED' });
    expect(errors().join()).toContain('NATS refuses this edge');
  });

  it.each(['$JS.API.STREAM.INFO.dasf-log-0', '$JS.API.DIRECT.GET.KV_dasf-topics', 'dasf.bucket.topics.*'])(
    'an api without %s',
    async (subject) => {
      await using nats = await serverWithout('api', subject);
      const { logger, errors } = logged();
      const starting = createApi(readApiConfig(environment(nats, 'api')), { logger });
      await expect(starting).rejects.toMatchObject({ code: 'NATS_REFUSED' });
      expect(errors().join()).toContain('NATS refuses this api');
    },
  );

  it.each(['$JS.API.STREAM.INFO.dasf-log-0', 'dasf.bucket.topics.*'])(
    'a store without %s is never ready',
    async (subject) => {
      await using nats = await serverWithout('store', subject);
      const { logger, errors } = logged();
      await using store = createStore(readStoreConfig(environment(nats, 'store')), { logger });
      let isReady = false;
      void store.ready.then(() => {
        isReady = true;
      });
      await eventually(() => errors().some((line) => line.includes('NATS refuses this store')));
      expect(isReady).toBe(false);
    },
  );
});

describe.skipIf(!hasServer)('T16: an event that may not be written', () => {
  const topic = { topic: 'weather', uid: 'u', user: 'ada' };
  const pong = { type: 'pong', ...topic } as LogEvent;
  const left = { type: 'left', ...topic, edge: 'e', connection: 'c' } as LogEvent;

  it.each([
    ['alone', [pong]],
    ['at the end of a batch', [left, pong]],
    ['in the middle of a batch', [left, pong, left]],
  ] as const)('%s is refused, and is no time-out', async (_where, events) => {
    await using nats = await serverWithout('edge', 'dasf.log.0.pong');
    await using nc = await nats.connect('edge');
    await using appender = new Appender(nc, new Subjects('dasf'), { deadline: 10_000 });
    await expect(appender.append(0, ...events)).rejects.toMatchObject({
      code: 'LOG_REFUSED',
      message: 'NATS does not let this service publish to dasf.log.0.pong.',
    });
    await appender.append(0, left);
  });
});

it.skipIf(!hasServer)('services wait for what the migration makes, and say what is missing', async () => {
  await using nats = await RestrictedNats.start(installation);
  const lines: string[] = [];
  const logger = createLogger(
    { name: 'edge', level: 'info' },
    { write: (line: string) => void lines.push(line) },
  );
  const starting = createEdge(readEdgeConfig(environment(nats, 'edge')), { logger });
  await eventually(() =>
    lines.some((line) => line.includes('dasf-log-0 is not there yet: run the migration')),
  );
  await using operator = await nats.connect('operator');
  await prepareLog(operator, log);
  await eventually(() => lines.some((line) => line.includes('KV_dasf-service-tokens is not there yet')));
  await prepareCredentials(operator, log);
  await using edge = await starting;
  expect(edge.address).toMatch(/^ws:/);
});
