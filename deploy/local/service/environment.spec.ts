import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSettings } from '../settings.ts';
import { logSettingsOf, serviceEnvironment } from './environment.ts';

const given = {
  nats: { url: 'nats://n' },
  databaseUrls: { migrator: 'postgresql://p', store: 'postgresql://p', api: 'postgresql://p' },
  tokenSecretFile: '/data/token-secret',
};
const own = {
  nats: {
    url: 'nats://n',
    seedFiles: { edge: '/k/edge', api: '/k/api', store: '/k/store', operator: '/k/operator' },
  },
  databaseUrls: { migrator: 'postgresql://m', store: 'postgresql://s', api: 'postgresql://a' },
  tokenSecretFile: '/data/token-secret',
};
const folder = mkdtempSync(join(tmpdir(), 'dasf-environment-'));
const path = join(folder, 'url');
writeFileSync(path, 'postgresql://outside');
afterAll(() => rmSync(folder, { recursive: true }));
const settings = readSettings(
  { DASF_NAMESPACE: 'mine', DASF_DATABASE_URL_FILE: path, DASF_BOOTSTRAP_PID: '1' },
  '/project',
);

it('keeps the database from the edge and the key from the store', () => {
  const edge = serviceEnvironment('edge', settings, given);
  expect(edge).toEqual({
    DASF_NAMESPACE: 'mine',
    DASF_NATS_URL: 'nats://n',
    DASF_JWT_SECRET_FILE: '/data/token-secret',
    DASF_EDGE_HOST: '127.0.0.1',
    DASF_EDGE_PORT: '8080',
  });
  expect(serviceEnvironment('store', settings, given)).toEqual({
    DASF_NAMESPACE: 'mine',
    DASF_NATS_URL: 'nats://n',
    DASF_DATABASE_URL: 'postgresql://p',
  });
  expect(serviceEnvironment('api', settings, given)).toMatchObject({
    DASF_DATABASE_URL: 'postgresql://p',
    DASF_API_PORT: '8081',
  });
});

it('T16: gives each process the key and the database user of its own, on servers of our own', () => {
  const shown = (['edge', 'store', 'api', 'migrate'] as const).map((name) => {
    const env = serviceEnvironment(name, settings, own);
    return [name, env['DASF_NATS_NKEY_SEED_FILE'], env['DASF_DATABASE_URL']];
  });
  expect(shown).toEqual([
    ['edge', '/k/edge', undefined],
    ['store', '/k/store', 'postgresql://s'],
    ['api', '/k/api', 'postgresql://a'],
    ['migrate', '/k/operator', 'postgresql://m'],
  ]);
});

it('tells the migration whom to give rights, where there are others than its own user', () => {
  expect(serviceEnvironment('migrate', settings, own)).toMatchObject({
    DASF_STORE_DATABASE_ROLE: 'dasf_store',
    DASF_API_DATABASE_ROLE: 'dasf_api',
  });
  expect(Object.keys(serviceEnvironment('migrate', settings, given)).join()).not.toContain('ROLE');
});

it('hands on how to get into a NATS that is given, and not into our own', () => {
  const settings = readSettings({ DASF_NATS_PASSWORD_FILE: '/p', DASF_NATS_CA_FILE: '/ca' }, '/project');
  expect(serviceEnvironment('edge', settings, given)).toMatchObject({
    DASF_NATS_PASSWORD_FILE: '/p',
    DASF_NATS_CA_FILE: '/ca',
  });
  expect(Object.keys(serviceEnvironment('edge', settings, own)).join()).not.toMatch(/PASSWORD|_CA_/);
});

it('tells commands which log there is and how long what is kept, but no way in', () => {
  const env = {
    DASF_NAMESPACE: 'mine',
    DASF_STORE_MESSAGES: 'store',
    DASF_NATS_USER: 'me',
    DASF_EDGE_PORT: '1',
  };
  expect(logSettingsOf(env)).toEqual({ DASF_NAMESPACE: 'mine', DASF_STORE_MESSAGES: 'store' });
});
