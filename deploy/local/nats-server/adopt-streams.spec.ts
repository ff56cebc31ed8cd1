import { existsSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { adoptStreams } from './adopt-streams.ts';

function scene(...accounts: string[]) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-adopt-'));
  const fileOf = (account: string) => join(folder.path, 'jetstream', account, 'stream');
  for (const account of accounts) {
    mkdirSync(join(folder.path, 'jetstream', account), { recursive: true });
    writeFileSync(fileOf(account), account);
  }
  return { folder, has: (account: string) => existsSync(fileOf(account)) };
}

it('streams of no account become those of the account that has the log', () => {
  const { folder, has } = scene('$G');
  using _ = folder;
  adoptStreams(folder.path, 'dasf');
  expect([has('$G'), has('dasf')]).toEqual([false, true]);
});

it('nothing happens where the account has streams already, or there are none', () => {
  const { folder, has } = scene('$G', 'dasf');
  using _ = folder;
  adoptStreams(folder.path, 'dasf');
  expect([has('$G'), has('dasf')]).toEqual([true, true]);
  adoptStreams(join(folder.path, 'none'), 'dasf');
});
