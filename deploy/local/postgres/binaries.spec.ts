import { chmodSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isReachable } from './binaries.ts';

it('knows that a private folder bars the way', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-reach-'));
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'postgres'), '');
  const stranger = { uid: 65_534, gid: 65_534 };

  chmodSync(folder.path, 0o755);
  chmodSync(bin, 0o755);
  expect(isReachable(join(bin, 'postgres'), stranger)).toBe(true);

  chmodSync(folder.path, 0o700);
  expect(isReachable(join(bin, 'postgres'), stranger)).toBe(false);
});
