import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LogFile } from './log-file.ts';

it('goes on where the last start ended, and sets a large file aside', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-log-'));
  const path = join(folder.path, 'edge.log');
  {
    using first = new LogFile(path, 20);
    first.write('0123456789');
  }
  using log = new LogFile(path, 20);
  log.write('abc');
  expect(readFileSync(path, 'utf8')).toBe('0123456789\nabc\n');

  log.write('does not fit');

  expect(readFileSync(path, 'utf8')).toBe('does not fit\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('0123456789\nabc\n');
});
