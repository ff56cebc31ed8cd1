import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { titlesIn } from '../contract/test-titles.ts';

const root = join(import.meta.dirname, '../..');
const THREATS = 40;
/** How a row begins to say why there is no test. */
const REASON = /^(?:not applicable|not tested here): \S/;

interface Row {
  readonly threat: string;
  readonly held: string;
  readonly tests: readonly string[];
}

const table = readFileSync(join(root, 'docs/security.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| T\d+ \|/.test(line))
  .map((line): Row => {
    const [threat = '', held = '', tests = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { threat, held, tests: REASON.test(tests) ? [] : tests.split('<br>') };
  });

describe('the table of threats', () => {
  it('has one row for each, that says how it is held', () => {
    const numbers = table.map(({ threat }) => Number(threat.slice(1)));
    const all = Array.from({ length: THREATS }, (_, index) => index + 1);
    expect(numbers.toSorted((one, other) => one - other)).toEqual(all);
    expect(table.filter(({ held }) => held === '')).toEqual([]);
  });

  it.each(table)('$threat: every test that it names exists', ({ tests }) => {
    for (const test of tests) {
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? [];
      expect([test, existsSync(join(root, file))]).toEqual([test, true]);
      expect(titlesIn(join(root, file))).toContain(title);
    }
  });

  it('has a row for every threat that a test is named after', () => {
    const files = globSync(['packages/**/*.spec.ts', 'services/**/*.spec.ts', 'test/**/*.spec.ts'], {
      cwd: root,
      exclude: ['**/node_modules/**'],
    });
    const named = files.flatMap((file) =>
      titlesIn(join(root, file)).flatMap((title) => /^T\d+\b/.exec(title) ?? []),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((threat) => !table.some((row) => row.threat === threat))).toEqual([]);
  });
});
