import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expected } from './comparison.ts';
import { documentOf } from './document.ts';
import { NOT_COMPARED } from './not-compared.ts';
import { comparisons } from './rules/index.ts';

const docs = join(import.meta.dirname, '../../docs');
const rules = [...readFileSync(join(docs, 'rules.md'), 'utf8').matchAll(/^\| ([A-Z]+-\d+) \|/gm)].map(
  ([, rule = '']) => rule,
);
const compared = new Set(comparisons.map(({ rule }) => rule));

describe('the comparison', () => {
  it('leaves out no rule without a reason', () => {
    expect([...compared, ...Object.keys(NOT_COMPARED)].toSorted()).toEqual(rules.toSorted());
  });

  it('tries each thing once', () => {
    const names = comparisons.map(({ rule, tried }) => `${rule}: ${tried}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(comparisons.filter(({ outcome }) => typeof outcome !== 'string'))(
    'says of what differs how it differs: $tried',
    ({ outcome }) => {
      const { theirs, ours } = expected(outcome);
      expect(ours).not.toBe(theirs);
    },
  );

  it('is what the document says (-u writes it)', async () => {
    await expect(`${documentOf(comparisons, NOT_COMPARED)}\n`).toMatchFileSnapshot(
      join(docs, 'comparison.md'),
    );
  });
});
