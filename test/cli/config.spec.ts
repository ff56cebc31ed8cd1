import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { apiSpecs } from '@dasf-broker/api';
import { toolSpecs } from '@dasf-broker/cli';
import { describeSettings } from '@dasf-broker/config';
import { edgeSpecs } from '@dasf-broker/edge';
import { migrationSpecs, storeSpecs } from '@dasf-broker/store';
import { expect, it, vi } from 'vitest';
import { settingsDocument } from './settings-document.ts';

// Each command starts a process for each service.
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, '../..');
const MAIN = join(root, 'packages/cli/src/main.ts');
const store = { ...storeSpecs, ...migrationSpecs };
const specs = { edge: edgeSpecs, store, api: apiSpecs, 'local stack, dasf': toolSpecs };

async function dasf(words: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, 'config', ...words.split(' ')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

const GOOD = { DASF_DATABASE_URL: 'postgresql://h/d', DASF_TOKEN_FILE: '/token', DASF_BOOTSTRAP_PID: '1' };

it('every setting says what it is for, alike in every service', () => {
  const about = new Map<string, string>();
  for (const setting of Object.values(specs).flatMap((one) => describeSettings(one))) {
    expect(setting.about, setting.name).toMatch(/^[A-Z].*\.$/);
    expect(setting.about).toBe(about.get(setting.name) ?? setting.about);
    about.set(setting.name, setting.about);
  }
  expect(about.size).toBeGreaterThan(60);
});

it('docs/settings.md has them all (-u writes it)', async () => {
  const services = Object.entries(specs).map(([service, of]) => ({
    service,
    settings: describeSettings(of),
  }));
  await expect(settingsDocument(services)).toMatchFileSnapshot(join(root, 'docs/settings.md'));
});

it('finds nothing wrong with a good environment', async () => {
  expect(await dasf('check', GOOD)).toEqual({
    code: 0,
    out: 'The settings of edge, store, api are good.\n',
    err: '',
  });
});

it('takes the address of the database from the local stack that runs', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dasf-config-'));
  const env = { DASF_DATA_DIR: folder.path };
  expect((await dasf('check', env)).err).toContain('DASF_DATABASE_URL is not set');
  await writeFile(join(folder.path, 'stack.json'), JSON.stringify({ databaseUrl: 'postgresql://h/d' }));
  expect(await dasf('check', env)).toMatchObject({ code: 0, err: '' });
  const given = await dasf('check', { ...env, DASF_DATABASE_URL: 'mysql://h/d' });
  expect([given.code, given.err]).toEqual([1, expect.stringContaining('DASF_DATABASE_URL')]);
});

it('finds what is wrong, for whom, and what is read by nobody', async () => {
  const env = {
    DASF_LOG_PARTITIONS: 'many',
    DASF_NATS_URI: 'x',
    DASF_JWT_SECRET: 'hunter2',
    DASF_XYZZY: '1',
    DASF_DATA_DIR: '/nowhere',
  };
  const { code, out, err } = await dasf('check', env);
  expect([code, out]).toEqual([1, '']);
  expect(err.trim().split('\n')).toEqual([
    'edge, store, api: DASF_LOG_PARTITIONS is "many"; it takes a whole number, 1 to 64.',
    expect.stringMatching(
      /^edge, api: DASF_JWT_SECRET has a value \(not shown\) that does not fit; it takes /,
    ),
    expect.stringMatching(/^store, api: DASF_DATABASE_URL is not set; it takes /),
    'all: DASF_NATS_URI is read by nobody: is DASF_NATS_URL meant?',
    'all: DASF_XYZZY is read by nobody.',
  ]);
  const edge = await dasf('check --service edge --json', { DASF_EDGE_PORT: 'x' });
  expect([edge.code, JSON.parse(edge.out)]).toEqual([
    1,
    [expect.objectContaining({ name: 'DASF_EDGE_PORT', services: ['edge'] })],
  ]);
});

it('refuses a service that there is not', async () => {
  expect(await dasf('check --service edges', GOOD)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining("'edges' is invalid. Allowed choices are edge, store, api."),
  });
});

it('prints an environment file that changes nothing', async () => {
  const { out } = await dasf('env');
  const lines = out.split('\n');
  expect(lines.filter((line) => !line.startsWith('#') && line !== '')).toEqual(['DASF_DATABASE_URL=']);
  expect(lines).toContain('#DASF_DEDUP_WINDOW=10min');
  expect(lines).toContain('#DASF_MAX_FRAME_BYTES=16MiB');
  expect(lines).toContain('#DASF_ALLOW_ANONYMOUS=true');
  const told = JSON.parse((await dasf('env --service store --json')).out) as { name: string }[];
  expect(told.map(({ name }) => name)).toEqual(Object.keys(store));
});
