import { spawn } from 'node:child_process';
import pg from 'pg';
import type { ChildPlan } from '../child/plan.ts';
import { pollUntil } from '../child/poll.ts';
import { accountFor } from './account.ts';
import { type Binaries, postgresBinaries } from './binaries.ts';
import { initialise, SUPERUSER } from './initialise.ts';
import { disownLeftLock } from './left-lock.ts';
import { nameFor, type Place, placeIn } from './place.ts';

export interface PostgresOptions {
  readonly folder: string;
  readonly port: number;
  readonly database: string;
}

const READY_WITHIN_MS = 300_000; // after a crash it replays its log first
const ANSWER_WITHIN_MS = 5_000;

/** A PostgreSQL of one's own; its files are made first where there are none. */
export async function postgresPlan(options: PostgresOptions): Promise<ChildPlan> {
  const account = await accountFor(options.folder);
  const binaries = await postgresBinaries(account);
  const place = placeIn(options.folder, account);
  const password = await initialise(place, binaries);
  const urlOf = (database: string) =>
    `postgresql://${SUPERUSER}:${password}@127.0.0.1:${options.port}/${encodeURIComponent(database)}`;
  return {
    name: 'postgres',
    launch: () => launch(place, binaries, options.port),
    words: wordsOf,
    async untilReady(_child, signal) {
      await pollUntil(() => answers(urlOf('postgres')), READY_WITHIN_MS, signal);
      await ensureDatabase(urlOf('postgres'), options.database);
      return urlOf(options.database);
    },
    // Fast shutdown; then without tidying up; then not at all.
    stopSignals: ['SIGINT', 'SIGQUIT', 'SIGKILL'],
    patienceMs: 30_000,
    maxFirstDeaths: 3,
  };
}

const OF_THE_SERVER = / (FATAL|PANIC): /;
const OF_A_CONNECTION =
  /FATAL: +(terminating|the database system is|database ".*" does|password|connection|sorry)/;

/** A statement or a connection that fails is its sender's to tell. */
export function wordsOf(line: string): string | undefined {
  return OF_THE_SERVER.test(line) && !OF_A_CONNECTION.test(line) ? line : undefined;
}

function launch(place: Place, binaries: Binaries, port: number) {
  disownLeftLock(place);
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    // In case the machine's own configuration says otherwise: what is committed survives a power cut.
    fsync: 'on',
  };
  return spawn(
    binaries.postgres,
    [
      '-D',
      nameFor(place.data, place.account),
      ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ],
    {
      cwd: place.data,
      env: { ...process.env, LC_ALL: 'C' },
      // A group of its own: Ctrl-C must reach the services first, and it only after them.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...place.account,
    },
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    await query(url, 'SELECT 1');
    return true;
  } catch {
    return false;
  }
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const rows = await query(url, 'SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rows.length === 0) await query(url, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
}

async function query(url: string, sql: string, values: string[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_WITHIN_MS });
  client.on('error', () => {}); // a query that is under way rejects by itself
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
