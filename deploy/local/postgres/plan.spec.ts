import { expect, it } from 'vitest';
import { wordsOf } from './plan.ts';

it.each([
  ['[7] FATAL:  could not write lock file "postmaster.pid": No space left on device', true],
  ['[7] PANIC:  could not locate a valid checkpoint record', true],
  ['[7] FATAL:  terminating connection due to administrator command', false],
  ['[7] FATAL:  the database system is starting up', false],
  ['[7] ERROR:  duplicate key value violates unique constraint', false],
  ['[7] LOG:  checkpoint starting: time', false],
])('of "%s" the user sees something: %s', (line, seen) => {
  expect(wordsOf(line)).toBe(seen ? line : undefined);
});
