import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import { StartFault } from '../start-fault.ts';
import { buildWithGo } from './build-with-go.ts';
import { fetchFromDebian } from './fetch-from-debian.ts';
import {
  isAtLeast,
  OLDEST_FIT_FOR_DURABILITY,
  OLDEST_THAT_WORKS,
  type Version,
  versionOf,
} from './version.ts';

export interface NatsServerBinary {
  readonly path: string;
  readonly version: Version;
  /** In words: where it was found. */
  readonly origin: string;
}

export type Say = (line: string) => void;

/** A way to get the program into `folder`; returns its path, or undefined where this machine does not offer it. */
export type Fetch = (folder: string, say: Say, signal?: AbortSignal) => Promise<string | undefined>;

const FETCHES: readonly Fetch[] = [fetchFromDebian, buildWithGo];

/**
 * A nats-server that can keep the log: `NATS_SERVER_BIN`, else one on the PATH, else the one that was fetched
 * before, else one that is fetched now and kept in the user's cache folder.
 */
export async function findNatsServer(
  env: NodeJS.ProcessEnv,
  say: Say,
  fetches: readonly Fetch[] = FETCHES,
  signal?: AbortSignal,
): Promise<NatsServerBinary> {
  const folder = join(cacheFolder(env), 'nats-server');
  const found =
    (await namedByUser(env)) ??
    (await onPath(env, say)) ??
    (await usable(join(folder, 'nats-server'), `fetched before, kept in ${folder}`)) ??
    (await fetched(folder, say, fetches, signal));
  if (found === undefined) {
    throw new StartFault(
      'No nats-server 2.12.12 or newer was found and none could be fetched: install one (2.15 is best) and set NATS_SERVER_BIN to its path, or set DASF_NATS_URL to a server that runs.',
    );
  }
  warnWhereUnfit(found, say);
  return found;
}

async function namedByUser(env: NodeJS.ProcessEnv): Promise<NatsServerBinary | undefined> {
  const path = env['NATS_SERVER_BIN'];
  if (!path) return undefined;
  const found = await usable(path, 'named by NATS_SERVER_BIN');
  if (found !== undefined) return found;
  throw new StartFault(
    `NATS_SERVER_BIN is "${path}", which is no nats-server ${OLDEST_THAT_WORKS.join('.')} or newer that can be run here: correct it or unset it.`,
  );
}

async function onPath(env: NodeJS.ProcessEnv, say: Say): Promise<NatsServerBinary | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'nats-server');
    if (folder === '' || !existsSync(path)) continue;
    const found = await usable(path, 'found on the PATH');
    if (found !== undefined) return found;
    say(`${path} is older than ${OLDEST_THAT_WORKS.join('.')} or cannot be run: looking further.`);
  }
  return undefined;
}

async function fetched(
  folder: string,
  say: Say,
  fetches: readonly Fetch[],
  signal: AbortSignal | undefined,
): Promise<NatsServerBinary | undefined> {
  for (const fetch of fetches) {
    const path = await fetch(folder, say, signal);
    const found = path && (await usable(path, `fetched, kept in ${folder}`));
    if (found) return found;
  }
  return undefined;
}

/** The nats-server at this path, where it is one that can keep the log. */
export async function usable(path: string, origin: string): Promise<NatsServerBinary | undefined> {
  if (!existsSync(path)) return undefined;
  const version = await versionOf(path);
  return version !== undefined && isAtLeast(version, OLDEST_THAT_WORKS)
    ? { path, version, origin }
    : undefined;
}

function warnWhereUnfit({ path, version }: NatsServerBinary, say: Say): void {
  if (isAtLeast(version, OLDEST_FIT_FOR_DURABILITY)) return;
  say(
    `Warning: ${path} is version ${version.join('.')}, which is unfit for durability: messages that it confirmed may be lost. Use ${OLDEST_FIT_FOR_DURABILITY.join('.')} or newer, best 2.15.`,
  );
}
