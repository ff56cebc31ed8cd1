import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

describe('readSettings', () => {
  it('listens on loopback and keeps its data in the project where nothing is said', () => {
    expect(readSettings({}, '/project')).toMatchObject({
      dataDir: '/project/.dasf',
      host: '127.0.0.1',
      edgePort: 8080,
      apiPort: 8081,
      natsUrl: undefined,
      databaseUrl: undefined,
    });
  });

  it('takes what is set', () => {
    const env = {
      DASF_DATA_DIR: '/data',
      DASF_HOST: '0.0.0.0',
      DASF_EDGE_PORT: '9000',
      DASF_NATS_URL: 'nats://n',
    };
    expect(readSettings(env, '/project')).toMatchObject({
      dataDir: '/data',
      host: '0.0.0.0',
      edgePort: 9000,
      natsUrl: 'nats://n',
    });
  });

  it('takes addresses that may hold a password from files', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'dasf-settings-'));
    const path = join(folder.path, 'url');
    await writeFile(path, 'nats://ada:secret@n\n');
    expect(readSettings({ DASF_NATS_URL_FILE: path }, '/project').natsUrl).toBe('nats://ada:secret@n');
    for (const env of [
      { DASF_NATS_URL_FILE: path, DASF_NATS_URL: 'x' },
      { DASF_DATABASE_URL_FILE: '/nowhere' },
    ])
      expect(() => readSettings(env, '/project')).toThrow(/^DASF_\w+_URL.* (both set|cannot be read)/);
  });

  it.each([{ DASF_EDGE_PORT: '9000', DASF_API_PORT: '9000' }, { DASF_EDGE_PORT: '8081' }])(
    'refuses one port for both: %j',
    (env) => {
      expect(() => readSettings(env, '/project')).toThrow(
        /^DASF_EDGE_PORT and DASF_API_PORT are both .* differ/,
      );
    },
  );

  it.each(['0', '65536', 'http', '80.5', '-1'])('refuses the port %s and names the variable', (value) => {
    expect(() => readSettings({ DASF_API_PORT: value }, '/project')).toThrow(/^DASF_API_PORT is ".*", but/);
  });
});
