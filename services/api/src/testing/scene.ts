import { randomBytes } from 'node:crypto';
import { accessSettings, accessSpecs, signToken } from '@dasf-broker/access';
import { readSettings } from '@dasf-broker/config';
import { prepareCredentials } from '@dasf-broker/credentials';
import { Appender, type LogEvent, LogStreams, prepareLog, readLog } from '@dasf-broker/log';
import { closeNats, connectNats } from '@dasf-broker/nats';
import { TopicRegistry } from '@dasf-broker/registry';
import { createLogger } from '@dasf-broker/telemetry';
import { randomNamespace } from '@dasf-broker/testing';
import { inject } from 'vitest';
import { createApi } from '../api.ts';
import type { ApiConfig } from '../config.ts';
import { FoldedSigns } from './folded-signs.ts';

type Scene = Awaited<ReturnType<typeof createScene>>;

export type { Scene };

/** The service on a log and registry of its own, and what a test does beside it. */
export async function createScene(env: Record<string, string> = {}, change: Partial<ApiConfig> = {}) {
  await using stack = new AsyncDisposableStack();
  const secret = randomBytes(32);
  const namespace = randomNamespace();
  const natsUrl = inject('natsUrl');
  const access = readSettings(accessSpecs, { DASF_JWT_SECRET: secret.toString('base64url'), ...env });
  const config: ApiConfig = {
    logLevel: 'info',
    natsUrl,
    log: { namespace, partitions: 2, replicas: 1, dedupWindow: 10_000 },
    databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
    access: accessSettings(access),
    host: '127.0.0.1',
    port: 0,
    route: 'dasf-broker-django',
    trustedProxies: [],
    maxTicketsPerUser: 100,
    pingWait: 1000,
    ...change,
  };
  const nats = stack.adopt(await connectNats({ url: natsUrl, client: namespace }), closeNats);
  await prepareLog(nats, config.log);
  await prepareCredentials(nats, config.log);
  const streams = await LogStreams.open(nats, config.log);
  const registry = stack.use(await TopicRegistry.open(nats, config.log));
  const appender = stack.use(new Appender(nats, streams.subjects, { deadline: 5000 }));
  const signs = stack.use(new FoldedSigns(nats, streams));
  const lines: string[] = [];
  const logger = createLogger(
    { name: 'api', level: 'info' },
    { write: (line: string) => void lines.push(line) },
  );
  const api = stack.use(await createApi(config, { reader: signs, logger }));
  const running = stack.move();
  return {
    api,
    appender,
    config,
    lines,
    registry,
    signs,
    /** A token for the user with these permissions. */
    token: (sub: string, ...permissions: string[]) =>
      signToken({ sub, permissions, ttlSeconds: 60 }, new Uint8Array(secret)),
    /** Asks with a token, where one is given; redirects are not followed. */
    ask: (path: string, token?: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      if (token !== undefined) headers.set('authorization', `Token ${token}`);
      return fetch(new URL(path, api.address), { redirect: 'manual', ...init, headers });
    },
    /** All events of the log but for operators' acts. */
    events: async () => {
      const found: LogEvent[] = [];
      for (let partition = 0; partition < config.log.partitions; partition += 1) {
        const { last } = await streams.end(partition);
        if (last === 0) continue;
        for await (const record of readLog(nats, streams, partition, 1, new AbortController().signal)) {
          if (record.event && record.event.type !== 'operator-act') found.push(record.event);
          if (record.sequence >= last) break;
        }
      }
      return found;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
