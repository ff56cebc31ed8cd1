import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');

/** What a source says, by what stands in the pattern's groups. */
function found(source: string, pattern: RegExp): string[] {
  const text = readFileSync(join(ROOT, source), 'utf8');
  return [...text.matchAll(pattern)].map(([, ...groups]) => groups.join(' '));
}

/** The first two columns of a row that begins with a code. */
const rows = new Set(
  [...PAGE.matchAll(/^\| `([A-Z_]+)` \| (\d+) \|/gm)].map(([, code, n]) => `${code} ${n}`),
);
const closeRows = [...PAGE.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => code);

const FAULT = /^ {2}([A-Z_]+): (\d{3}),$/gm;
const sources: Readonly<Record<string, string[]>> = {
  'answers to frames': found('packages/protocol/src/refusal.ts', /new Refusal\(\s*'([A-Z_]+)',\s*(\d)/g),
  'who is speaking': found('packages/access/src/errors.ts', FAULT),
  'the API': found('services/api/src/faults.ts', FAULT),
  'limits of upgrades': found('services/edge/src/upgrade-limits.ts', /\[\s*'([A-Z_]+)'/g).map(
    (code) => `${code} 503`,
  ),
  upgrades: found('services/edge/src/gate.ts', /#refuse\(socket, (\d+), '([A-Z_]+)'/g).map((pair) => {
    const [status, code] = pair.split(' ');
    return `${code} ${status}`;
  }),
  'what is no upgrade': found(
    'services/edge/src/upgrade-server.ts',
    /"status":(\d+),"code":"([A-Z_]+)"/g,
  ).map((pair) => pair.split(' ').toReversed().join(' ')),
};

describe('docs/errors.md', () => {
  it.each(Object.entries(sources))('has every code of %s', (_, codes) => {
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !rows.has(code))).toEqual([]);
  });

  it('has no code that nobody gives', () => {
    const given = new Set(Object.values(sources).flat());
    expect([...rows].filter((row) => !given.has(row))).toEqual([]);
  });

  it('has every close code, and no other', () => {
    const codes = found('packages/protocol/src/close.ts', /: (\d{4}),/g);
    expect(closeRows.toSorted()).toEqual(codes.toSorted());
  });
});
