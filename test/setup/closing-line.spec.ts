import { expect, it } from 'vitest';
import { closingLines } from './closing-line-reporter.ts';

it.each([
  ['nothing but tests', { skipped: 0, errors: 0 }, ['7 passed, 0 failed']],
  ['skipped tests', { skipped: 2, errors: 0 }, ['7 passed, 0 failed, 2 skipped']],
  [
    'errors outside of tests',
    { skipped: 0, errors: 2 },
    ['7 passed, 0 failed, 2 errors outside of tests', '7 passed, 0 failed'],
  ],
  [
    'both',
    { skipped: 1, errors: 1 },
    ['7 passed, 0 failed, 1 skipped, 1 error outside of tests', '7 passed, 0 failed, 1 skipped'],
  ],
])('ends with one line of numbers: %s', (_what, counted, lines) => {
  expect(closingLines({ passed: 7, failed: 0, ...counted }).split('\n')).toEqual(lines);
});
