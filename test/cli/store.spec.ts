import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { eventually } from '@dasf-broker/testing';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { type Broker, DasfSocket, startBroker } from '../harness/index.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** A broker, and the data folder by which the command finds it. */
async function createStack() {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'dasf-cli-store-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const broker = stack.use(await startBroker({ edges: 1, stores: 1, apis: 1 }));
  const { databaseUrl, namespace } = broker;
  const file = { natsUrl: inject('natsUrl'), databaseUrl, logSettings: { DASF_NAMESPACE: namespace } };
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/stack.json'), JSON.stringify(file));
  const start = (words: string, env: Record<string, string> = {}) =>
    spawn(process.execPath, [MAIN, 'store', ...words.split(' ')], {
      env: { DASF_DATA_DIR: join(folder, 'data'), INIT_CWD: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const running = stack.move();
  return {
    broker,
    folder,
    start,
    dasf: async (words: string, env?: Record<string, string>) => {
      const child = start(words, env);
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ]);
      return { code, out, err };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function publish(broker: Broker, count: number): Promise<void> {
  const token = await broker.token('alice', ['add_brokertopic']);
  await using producer = await DasfSocket.connect(broker.edges[0] ?? '', 'kept', { token });
  for (let index = 0; index < count; index += 1) producer.send({ payload: `${index}` });
  for (let index = 0; index < count; index += 1) expect((await producer.next()).result).toBe('ok');
}

it('backs up, verifies and restores what a broker holds while it runs', async () => {
  await using stack = await createStack();
  const { broker, dasf, folder } = stack;
  await publish(broker, 20);
  await mkdir(join(folder, 'backups'));
  const backup = await dasf('backup --to backups');
  expect(backup).toMatchObject({ code: 0, err: '' });
  const [name = ''] = await readdir(join(folder, 'backups'));
  expect(name).toMatch(/^dasf-store-\d{8}T\d{6}Z\.zip$/);
  expect(backup.out).toContain(`${join(folder, 'backups', name)} holds the store as it was at 20`);
  await publish(broker, 10);
  await eventually(async () => (await dasf('verify')).code === 0);
  const file = `backups/${name}`;
  expect(await dasf(`restore --from ${file}`)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^The database is not empty/),
  });
  expect(await dasf(`restore --from ${file} --replace`)).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('a store that runs goes on from there'),
  });
  const token = await broker.token('alice', ['can_consume:kept']);
  await using consumer = await DasfSocket.connect(broker.edges[0] ?? '', 'kept/first', { token });
  expect(await consumer.messages(30, 20_000)).toHaveLength(30);
  const verified = await dasf(`verify --from ${file}`);
  expect(verified.code, verified.out + verified.err).toBe(0);
  expect(verified.out).toMatch(/^The database is as the log makes it \(\d+ events and \d+ rows in/);
});

it('dasf doctor looks at all of it', async () => {
  await using stack = await createStack();
  const { broker, folder } = stack;
  const path = join(folder, 'data/stack.json');
  const file = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...file, api: broker.api, edge: broker.edges[0] }));
  const doctor = async () => {
    const env = {
      DASF_DATA_DIR: join(folder, 'data'),
      DASF_TOKEN: await broker.token('olga', ['administer']),
    };
    const child = spawn(process.execPath, [MAIN, 'doctor', '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return { code, findings: JSON.parse(out) as { name: string; state: string }[] };
  };
  const { code, findings } = await doctor();
  expect(findings.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(code).toBe(0);
  const names = ['NATS', 'NATS version', 'NATS sync', 'NATS clock', 'log', 'PostgreSQL', 'PostgreSQL clock'];
  expect(findings.map(({ name }) => name)).toEqual([
    ...names,
    'PostgreSQL sync',
    'schema',
    'store',
    'api',
    'api clock',
    'token',
    'edge',
  ]);
  await broker.stopStores();
  const without = await doctor();
  expect(without.code).toBe(1);
  expect(without.findings.filter(({ state }) => state === 'failed')).toMatchObject([{ name: 'store' }]);
}, 120_000);

it('says by its exit code what it found', async () => {
  await using stack = await createStack();
  const { broker, dasf, folder, start } = stack;
  await publish(broker, 3);
  await eventually(async () => (await dasf('verify')).code === 0);
  await using closing = new AsyncDisposableStack();
  const client = closing.adopt(new pg.Client(broker.databaseUrl), (open) => open.end());
  await client.connect();
  await client.query(`update message set message_id = 'other' where seq = (select max(seq) from message)`);
  const different = await dasf('verify');
  expect(different.code).toBe(1);
  expect(different.out).toMatch(/^message partition=\d seq=\d+: message_id is "other", by the log "/);
  const nowhere = {
    DASF_NATS_URL: inject('natsUrl'),
    DASF_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  };
  expect(await dasf('verify', nowhere)).toMatchObject({
    code: 2,
    err: expect.stringContaining('The database does not take the connection'),
  });
  expect(await dasf('verify --all')).toMatchObject({ code: 2 });
  expect(await dasf('verify', { DASF_DATA_DIR: join(folder, 'none') })).toMatchObject({
    code: 2,
    err: expect.stringContaining('start one with "npm start", or set DASF_DATABASE_URL'),
  });
  expect(await dasf('backup')).toMatchObject({ code: 1, err: expect.stringContaining('--to <path>') });

  await client.query('begin; lock table topic');
  const stopped = start('verify');
  const schemas = async () =>
    (await client.query(`select 1 from pg_namespace where nspname like 'dasf_verify%'`)).rowCount;
  await eventually(async () => (await schemas()) === 1);
  stopped.kill('SIGINT');
  expect((await once(stopped, 'exit'))[0]).toBe(130);
  expect(await schemas()).toBe(0);
});
