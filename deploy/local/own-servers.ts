import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Family } from './family.ts';
import { RunFile } from './run-file.ts';
import { startNats, startPostgres } from './servers.ts';
import { readSettings } from './settings.ts';

export interface OwnServers extends AsyncDisposable {
  readonly natsUrl: string;
  /** Of a superuser. */
  readonly databaseUrl: string;
}

/** The log and the database of `npm start` without the services: what tests run against. */
export async function startOwnServers(dataDir: string, say: (line: string) => void): Promise<OwnServers> {
  await using opening = new AsyncDisposableStack();
  mkdirSync(join(dataDir, 'log'), { recursive: true, mode: 0o700 });
  const run = new RunFile(dataDir);
  opening.defer(() => run.delete());
  const family = new Family(join(dataDir, 'log'), run, opening, say);
  const { DASF_NATS_URL: _, DASF_DATABASE_URL: __, ...env } = process.env;
  const settings = { ...readSettings(env, dataDir), dataDir };
  const never = new AbortController().signal;
  const options = { say, signal: never };
  const starting = Promise.all([
    startPostgres(settings, family, options),
    // Anybody may do everything: each test has names of its own.
    startNats(settings, family, options).then(({ url }) => url),
  ]);
  const [databaseUrl, natsUrl] = await Promise.race([starting, family.failed]);
  const closing = opening.move();
  return { natsUrl, databaseUrl, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
