import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSettings } from '../settings.ts';
import { serviceEnvironment } from './environment.ts';

const servers = { natsUrl: 'nats://n', databaseUrl: 'postgresql://p', tokenSecretFile: '/data/token-secret' };
const folder = mkdtempSync(join(tmpdir(), 'dasf-environment-'));
const path = join(folder, 'url');
writeFileSync(path, 'postgresql://outside');
afterAll(() => rmSync(folder, { recursive: true }));
const settings = readSettings(
  { DASF_NAMESPACE: 'mine', DASF_DATABASE_URL_FILE: path, DASF_BOOTSTRAP_PID: '1' },
  '/project',
);

it('keeps the database from the edge and the key from the store', () => {
  const edge = serviceEnvironment('edge', settings, servers);
  expect(edge).toEqual({
    DASF_NAMESPACE: 'mine',
    DASF_NATS_URL: 'nats://n',
    DASF_JWT_SECRET_FILE: '/data/token-secret',
    DASF_EDGE_HOST: '127.0.0.1',
    DASF_EDGE_PORT: '8080',
  });
  expect(serviceEnvironment('store', settings, servers)).toEqual({
    DASF_NAMESPACE: 'mine',
    DASF_NATS_URL: 'nats://n',
    DASF_DATABASE_URL: 'postgresql://p',
  });
  expect(serviceEnvironment('api', settings, servers)).toMatchObject({
    DASF_DATABASE_URL: 'postgresql://p',
    DASF_API_PORT: '8081',
  });
});
