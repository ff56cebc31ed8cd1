import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@dasf-broker/cli';
import { describe, expect, it } from 'vitest';
import { startBroker } from '../harness/index.ts';
import { backticked, upgradeRows } from './upgrade-tables.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const read = (path: string) => readFileSync(join(DOCS, path), 'utf8');

/** As the package itself says; test/interop/upgrade holds the list to that. */
const inventory = read('../test/docs/dasf-broker-django.txt').trim().split('\n');
const rows = upgradeRows(read('upgrade.md'));
const named = [...new Set(rows.flatMap(({ here }) => backticked(here)))];

async function helpOf(words: readonly string[]): Promise<{ code: number; text: string }> {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  const context = { env: {}, projectRoot: '', storeScript: '', settingsScripts: {}, out: print, err: print };
  return { code: await run([...words, '--help'], context), text: printed.join('\n') };
}

describe('docs/upgrade.md', () => {
  it('says of all that dasf-broker-django has where it is, once, and of nothing else', () => {
    expect(inventory.length).toBeGreaterThan(100);
    expect(rows.flatMap(({ there }) => there).toSorted()).toEqual(inventory.toSorted());
    expect(rows.filter(({ here }) => here.trim() === '')).toEqual([]);
  });

  it.each(named.filter((code) => code.startsWith('dasf ')))(
    'names a command that there is: %s',
    async (code) => {
      const [, ...words] = code.split(' ');
      const { code: exit, text } = await helpOf(words.filter((word) => !word.startsWith('-')));
      const options = words.filter((word) => word.startsWith('-'));
      expect(exit).toBe(0);
      expect(text).toContain(
        `Usage: ${['dasf', ...words.filter((word) => !options.includes(word))].join(' ')}`,
      );
      expect(options.filter((option) => !text.includes(`${option} `))).toEqual([]);
    },
  );

  it('names addresses that there are', async () => {
    await using broker = await startBroker({ edges: 1, stores: 1, apis: 1 });
    const response = await fetch(new URL('/openapi.json', broker.api));
    const { paths } = (await response.json()) as { paths: Record<string, object> };
    const known = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const addresses = named.filter((code) => /^[A-Z]+ \//.test(code));
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter((address) => !known.includes(address))).toEqual([]);
  });

  it('names settings that there are', () => {
    const settings = named.filter((code) => code.startsWith('DASF_'));
    expect(settings.length).toBeGreaterThan(0);
    expect(settings.filter((name) => !read('settings.md').includes(`| \`${name}\` |`))).toEqual([]);
  });
});
