import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rulesIn, titlesIn } from './test-titles.ts';

const root = join(import.meta.dirname, '../..');
const NOT_BUILT = 'not built yet';

interface Row {
  readonly rule: string;
  readonly meaning: string;
  /** As the table writes them: `file`: title */
  readonly tests: readonly string[];
}

const table = readTable();
const listed = new Set(table.map(({ rule }) => rule));
const contractFiles = globSync('test/contract/*.spec.ts', { cwd: root });
const contractTests = contractFiles.flatMap((file) =>
  titlesIn(join(root, file)).map((title) => `\`${basename(file)}\`: ${title}`),
);

function readTable(): Row[] {
  const lines = readFileSync(join(root, 'docs/rules.md'), 'utf8').split('\n');
  return lines
    .filter((line) => /^\| [A-Z]{2,3}-\d+ \|/.test(line))
    .map((line) => {
      const [rule = '', meaning = '', tests = ''] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { rule, meaning, tests: tests === NOT_BUILT ? [] : tests.split('<br>') };
    });
}

function projectFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: ['**/node_modules/**'] });
}

describe('the table of rules', () => {
  it('has a row for each, with a meaning', () => {
    expect(table.length).toBeGreaterThan(60);
    expect(table.map(({ rule }) => rule)).toEqual([...listed]);
    expect(table.filter(({ meaning }) => meaning === '')).toEqual([]);
  });

  it('leaves out no number of a group', () => {
    const groups = Object.groupBy(listed, (rule) => rule.replace(/\d+$/, ''));
    for (const [prefix, rules = []] of Object.entries(groups)) {
      expect(rules).toEqual(rules.map((_, index) => `${prefix}${index + 1}`));
    }
  });

  it.each(table)('$rule: every test that it names exists and carries the name', ({ rule, tests }) => {
    for (const test of tests) {
      expect(contractTests).toContain(test);
      expect(rulesIn(test)).toContain(rule);
    }
  });

  it.each(table)('$rule: no contract test of that name is left out', ({ rule, tests }) => {
    const named = contractTests.filter((test) => rulesIn(test).includes(rule));
    expect(tests.toSorted()).toEqual(named.toSorted());
  });
});

describe('what names a rule', () => {
  it('in a test’s title names one that exists', () => {
    const files = ['packages', 'services', 'deploy', 'test'].flatMap((top) =>
      projectFiles(`${top}/**/*.spec.ts`),
    );
    expect(files.length).toBeGreaterThan(50);
    const named = files.flatMap((file) => titlesIn(join(root, file)).flatMap(rulesIn));
    expect(named.filter((rule) => !listed.has(rule))).toEqual([]);
  });

  it('in code or documents names one that exists', () => {
    const files = ['packages/**/*.ts', 'services/**/*.ts', 'docs/**/*.md'].flatMap(projectFiles);
    const unknown = files.flatMap((file) =>
      rulesIn(readFileSync(join(root, file), 'utf8'))
        .filter((rule) => !listed.has(rule))
        .map((rule) => `${file}: ${rule}`),
    );
    expect(unknown).toEqual([]);
  });
});
