import { once } from 'node:events';
import { existsSync, mkdtempDisposableSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectNats } from '@dasf-broker/nats';
import { freePort } from '@dasf-broker/ports';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { pollUntil } from './child/poll.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';
import { readRun } from './run-file.ts';
import { readSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';
import type { StackFile } from './stack-file.ts';
import { startElsewhere } from './testing/other-starter.ts';
import { standInServices } from './testing/stand-in-services.ts';

describe('the stack', () => {
  it('starts everything, says where it is, starts again what dies, and leaves nothing behind', async () => {
    await using given = await scene();
    const stack = await given.start();
    const file = given.stackFile();
    expect(file).toMatchObject({ ...stack.addresses, pid: process.pid });
    expect(statSync(join(given.dataDir, 'stack.json')).mode & 0o777).toBe(0o600);
    expect(Object.keys(file.pids).sort()).toEqual(['api', 'edge', 'nats', 'postgres', 'store']);

    for (const name of ['nats', 'postgres', 'edge']) process.kill(file.pids[name] ?? 0, 'SIGKILL');
    await pollUntil(
      async () => ['nats', 'postgres', 'edge'].every((name) => given.hasSaid(`${name} is ready again`)),
      60_000,
    );
    expect(given.stackFile().pids['edge']).not.toBe(file.pids['edge']);
    await write(file); // the same addresses serve again
    const children = readRun(given.dataDir)?.children ?? [];
    expect(children).toHaveLength(5);

    await stack[Symbol.asyncDispose]();

    expect(children.filter(isRunning)).toEqual([]);
    expect(existsSync(join(given.dataDir, 'stack.json'))).toBe(false);
    expect(readRun(given.dataDir)).toBeUndefined();
    expect(given.said.filter((line) => line.endsWith(': ended'))).toEqual(
      ['edge', 'api', 'store'].map((name) => `  ${name}: ended`),
    );
  });

  it('loses nothing when the starter is killed, and ends what that left behind', async () => {
    await using given = await scene();
    const other = await startElsewhere(given.folder, given.env);
    await write(given.stackFile());
    // Without its starter, the log's server ends by itself as soon as it writes a line.
    const { nats: _nats, ...pids } = given.stackFile().pids;
    const left = identities(Object.values(pids));
    await other.kill();
    expect(left.filter(isRunning)).toHaveLength(4);

    await using _ = await given.start();

    expect(left.filter(isRunning)).toEqual([]);
    expect(given.hasSaid('The last start was killed')).toBe(true);
    expect(await read(given.stackFile())).toEqual({ rows: 1, messages: 1 });
  });

  it('refuses a second start on the same data', async () => {
    await using given = await scene();
    await using _ = await given.start();

    await expect(given.start()).rejects.toThrow(
      new RegExp(`^DASF broker already runs on ${given.dataDir} \\(process ${process.pid}\\)`),
    );
  });

  it('says which port is taken, and starts nothing', async () => {
    await using given = await scene();
    await using server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    await expect(given.start({ DASF_API_PORT: String(port) })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken`,
    );
    expect(existsSync(join(given.dataDir, 'postgres'))).toBe(false);
  });

  it.each(['/etc/passwd', '/proc/no/where'])('says that %s is no data folder', async (DASF_DATA_DIR) => {
    await using given = await scene();

    await expect(given.start({ DASF_DATA_DIR })).rejects.toThrow(
      /^\/\S+ can be no data folder .*: set DASF_DATA_DIR to a folder\.$/,
    );
  });

  it('says that a folder holds other things, and puts nothing there', async () => {
    await using given = await scene();
    writeFileSync(join(given.folder, 'thesis.tex'), '');
    const DASF_DATA_DIR = given.folder;

    await expect(given.start({ DASF_DATA_DIR })).rejects.toThrow(
      /^\/\S+ holds other things \(.*\): set DASF_DATA_DIR to a new or an empty folder\.$/,
    );

    expect(existsSync(join(DASF_DATA_DIR, 'log'))).toBe(false);
  });

  it('says at once which database it waits for, without the password', async () => {
    await using given = await scene();
    writeFileSync(
      given.scripts.migrate,
      `console.log('Waiting for the database (refused) …'); setTimeout(() => process.exit(1), 500);`,
    );
    const DASF_DATABASE_URL = 'postgresql://me:hush@127.0.0.1:1/dasf';

    await expect(given.start({ DASF_DATABASE_URL })).rejects.toThrow();

    expect(given.hasSaid('Waiting for the database at 127.0.0.1:1 (refused) …: start it there')).toBe(true);
    expect(given.said.join()).not.toContain('hush');
  });

  it('ends what was started already when it is told to stop while it starts', async () => {
    await using given = await scene();
    const starting = given.start();
    await pollUntil(async () => (readRun(given.dataDir)?.children.length ?? 0) > 0, 30_000);
    const children = readRun(given.dataDir)?.children ?? [];

    given.stopping.abort();

    await expect(starting).rejects.toThrow();
    expect(children.filter(isRunning)).toEqual([]);
    expect(readRun(given.dataDir)).toBeUndefined();
  });
}, 120_000);

/** What the killed starter's servers were given, read from their successors. */
async function read({ databaseUrl, natsUrl, natsSeedFile }: StackFile) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query('SELECT * FROM kept');
  await client.end();
  const nats = await connectNats({
    url: natsUrl,
    client: 'operator',
    nkeySeed: seedOf(natsSeedFile, 'operator'),
  });
  const info = await (await jetstreamManager(nats)).streams.info('dasf-log-0');
  await nats.close();
  return { rows: rows.length, messages: info.state.messages };
}

async function write({ databaseUrl, natsUrl, natsSeedFile }: StackFile): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('CREATE TABLE kept AS SELECT 1 AS one');
  await client.end();
  await using operator = await connectNats({
    url: natsUrl,
    client: 'operator',
    nkeySeed: seedOf(natsSeedFile, 'operator'),
  });
  await (await jetstreamManager(operator)).streams.add({ name: 'dasf-log-0', subjects: ['dasf.log.0.>'] });
  await using edge = await connectNats({
    url: natsUrl,
    client: 'edge',
    nkeySeed: seedOf(natsSeedFile, 'edge'),
  });
  await jetstream(edge).publish('dasf.log.0.pong');
}

/** The key of another service than the one that the stack file names. */
function seedOf(file: string | undefined, service: string): string {
  return readFileSync(join(dirname(file ?? ''), `${service}.nk`), 'utf8');
}

/** By identity: where nothing reaps what lost its parent, an ended process keeps its number. */
function identities(pids: readonly number[]): ProcessIdentity[] {
  return pids.map(identify).filter((identity) => identity !== undefined);
}

/** A data folder and ports of its own; what is started on it is ended with it. */
async function scene() {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-stack-'));
  const dataDir = join(folder.path, 'data');
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DASF_DATA_DIR: dataDir,
    DASF_EDGE_PORT: String(await freePort()),
    DASF_API_PORT: String(await freePort()),
  };
  const said: string[] = [];
  const started: Stack[] = [];
  const stopping = new AbortController();
  const scripts = standInServices(join(folder.path, 'services'));
  return {
    scripts,
    folder: folder.path,
    dataDir,
    env,
    said,
    stopping,
    hasSaid: (words: string) => said.some((line) => line.includes(words)),
    stackFile: () => JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')) as StackFile,
    async start(more: NodeJS.ProcessEnv = {}): Promise<Stack> {
      const force = new AbortController().signal;
      const stack = await startStack(readSettings({ ...env, ...more }, folder.path), {
        say: (line) => said.push(line),
        scripts,
        signal: stopping.signal,
        force,
      });
      started.push(stack);
      return stack;
    },
    async [Symbol.asyncDispose]() {
      for (const stack of started) await stack[Symbol.asyncDispose]();
      folder.remove();
    },
  };
}
