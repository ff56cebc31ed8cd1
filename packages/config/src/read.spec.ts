import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './errors.ts';
import { readSettings } from './read.ts';
import { optional, withDefault } from './setting.ts';
import { databaseSpecs, defaultRetentions, logSpecs, retentionSpecs, telemetrySpecs } from './shared.ts';
import { bool, file, integer, list, secret, text } from './validators.ts';

const specs = {
  DASF_COUNT: withDefault(integer({ min: 1, max: 64 }), 4),
  DASF_NAME: text(),
  DASF_FLAG: withDefault(bool(), false),
  DASF_ITEMS: optional(list(integer())),
  DASF_KEY: secret(text({ pattern: /^k/, takes: 'text that begins with k' })),
};
const GOOD = { DASF_NAME: 'ada', DASF_KEY: 'key' };

function faultsOf(env: Record<string, string>): ConfigError {
  try {
    readSettings(specs, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  return expect.fail('the environment was taken');
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'dasf-config-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

describe('reading settings', () => {
  it('gives values of their types, and defaults', () => {
    const values = readSettings(specs, { ...GOOD, DASF_FLAG: 'yes', DASF_ITEMS: '1, 2,', DASF_COUNT: '' });
    expect(values).toEqual({
      DASF_COUNT: 4,
      DASF_NAME: 'ada',
      DASF_FLAG: true,
      DASF_ITEMS: [1, 2],
      DASF_KEY: 'key',
    });
    const count: number = values.DASF_COUNT;
    const items: readonly number[] | undefined = values.DASF_ITEMS;
    expect([count, items]).toEqual([4, [1, 2]]);
  });

  it('says everything that is wrong at once, and never a secret', () => {
    const error = faultsOf({ DASF_COUNT: '65', DASF_FLAG: 'maybe', DASF_KEY: 'hunter2', DASF_ITEMS: '1,x' });
    expect(error.message.split('\n')).toEqual([
      'DASF_COUNT is "65"; it takes a whole number, 1 to 64.',
      'DASF_NAME is not set; it takes text.',
      'DASF_FLAG is "maybe"; it takes true or false.',
      'DASF_ITEMS is "1,x"; it takes a comma-separated list, each a whole number, 0 or more.',
      'DASF_KEY has a value (not shown) that does not fit; it takes text that begins with k, here or in a file that DASF_KEY_FILE names.',
    ]);
    expect(error.faults.map(({ name }) => name)).toEqual(Object.keys(specs));
  });

  it('does not show the password in a URL', () => {
    const read = () => readSettings(logSpecs, { DASF_NATS_URL: 'htp://ada:p@ss@host' });
    expect(read).toThrow(
      'DASF_NATS_URL is "htp://***@host"; it takes a URL that begins with nats:// or tls://, here or in a file that DASF_NATS_URL_FILE names.',
    );
  });
});

describe('secrets in files', () => {
  it('are read without the line end', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'key');
    await writeFile(path, 'kept \n');
    expect(readSettings(specs, { DASF_NAME: 'ada', DASF_KEY_FILE: path }).DASF_KEY).toBe('kept ');
    expect(faultsOf({ ...GOOD, DASF_KEY_FILE: path }).message).toMatch(
      /^DASF_KEY_FILE and DASF_KEY are both set; it takes the path/,
    );
  });

  it('that are missing are one fault, with the path', () => {
    const { faults } = faultsOf({ DASF_NAME: 'ada', DASF_KEY_FILE: '/nowhere/key' });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      name: 'DASF_KEY_FILE',
      problem: 'is "/nowhere/key", which cannot be read (ENOENT)',
    });
  });
});

describe('files that are read at once', () => {
  const reading = { DASF_LIST: file('a list', (contents) => JSON.parse(contents) as unknown) };
  it('are parsed, and say what is wrong with them', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'list.json');
    await writeFile(path, '[1]');
    expect(readSettings(reading, { DASF_LIST: path })).toEqual({ DASF_LIST: [1] });
    await writeFile(path, '[1');
    expect(() => readSettings(reading, { DASF_LIST: path })).toThrow(
      /^DASF_LIST is ".*list.json" \(.*JSON.*\); it takes the path of a list\.$/,
    );
  });
});

describe('settings that services share', () => {
  it('have the defaults of a local stack, but for the database', () => {
    expect(readSettings({ ...logSpecs, ...telemetrySpecs }, {})).toEqual({
      DASF_NATS_URL: 'nats://127.0.0.1:4222',
      DASF_NAMESPACE: 'dasf',
      DASF_LOG_PARTITIONS: 4,
      DASF_LOG_REPLICAS: 1,
      DASF_DEDUP_WINDOW: 600_000,
      DASF_LOG_LEVEL: 'info',
      DASF_TRACE_RATIO: 0.01,
    });
    expect(() => readSettings(databaseSpecs, {})).toThrow(/DASF_DATABASE_URL is not set/);
    expect(() => readSettings(databaseSpecs, { DASF_DATABASE_URL: 'mysql://u:pw@h/d' })).toThrow(
      /\(not shown\)/,
    );
  });

  it('section 8: the kinds of retention follow DASF_STORE_MESSAGES where they are not set', () => {
    const read = (env: Record<string, string>) => defaultRetentions(readSettings(retentionSpecs, env));
    expect(read({})).toEqual({ source: 'cache', response: 'cache' });
    expect(read({ DASF_STORE_MESSAGES: 'store' })).toEqual({ source: 'store', response: 'store' });
    expect(read({ DASF_STORE_RESPONSE_MESSAGES: 'disabled' })).toEqual({
      source: 'cache',
      response: 'disabled',
    });
    expect(() => read({ DASF_STORE_MESSAGES: 'Cache' })).toThrow(/one of disabled, cache, cacheall, store/);
  });
});
