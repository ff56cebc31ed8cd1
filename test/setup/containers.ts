import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { NatsContainer } from '@testcontainers/nats';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import type { BackingServices } from './backing-services.ts';

const NATS_IMAGE = 'nats:2.15-alpine';
const POSTGRES_IMAGE = 'postgres:18-alpine';
const SOCKET = '/var/run/docker.sock';
const ENGINE_ANSWERS_WITHIN_MS = 2_000;

/** Asked before the library is used, which without an engine only fails. */
export async function engineAnswers(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const host = env['DOCKER_HOST'];
  if (host && !host.startsWith('unix://')) return true; // remote: the library knows about its keys
  const socketPath = host ? host.slice('unix://'.length) : SOCKET;
  return existsSync(socketPath) && pong(socketPath);
}

function pong(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: ENGINE_ANSWERS_WITHIN_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('error', () => resolve(false));
    ping.on('timeout', () => ping.destroy(new Error('no answer')));
    ping.end();
  });
}

export async function startContainers(): Promise<BackingServices> {
  await using opening = new AsyncDisposableStack();
  const [nats, postgres] = await Promise.all([
    natsContainer()
      .start()
      .then((started) => opening.use(started)),
    new PostgreSqlContainer(POSTGRES_IMAGE)
      .withCommand(['postgres', '-c', 'max_connections=200'])
      .start()
      .then((started) => opening.use(started)),
  ]);
  const closing = opening.move();
  return {
    natsUrl: `nats://${nats.getHost()}:${nats.getMappedPort(4222)}`,
    databaseUrl: postgres.getConnectionUri(),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function natsContainer(): NatsContainer {
  const configuration = 'max_payload: 8388608\njetstream { store_dir: /data, sync_interval: always }\n';
  return new NatsWithoutPassword(NATS_IMAGE)
    .withCopyContentToContainer([{ content: configuration, target: '/etc/nats/test.conf' }])
    .withArg('config', '/etc/nats/test.conf');
}

/** The library's container sets a user and a password, which an address of NATS cannot carry. */
class NatsWithoutPassword extends NatsContainer {
  override withUsername(_user: string): this {
    return this;
  }

  override withPass(_password: string): this {
    return this;
  }
}
