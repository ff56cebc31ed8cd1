import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';

/** Where a database cluster lives, and how the server's processes name that place. */
export interface Place {
  readonly folder: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly account: Account | undefined;
}

export function placeIn(folder: string, account: Account | undefined): Place {
  const place = { folder, data: join(folder, 'data'), passwordFile: join(folder, 'password'), account };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  giveTo(account, folder);
  return place;
}

/**
 * How to name `data` to a process of this account. A process that root starts in a folder stays in it even where
 * the account could not walk there, so the data may lie below a private home without opening that to anyone.
 */
export function nameFor(data: string, account: Account | undefined): string {
  return account !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : data;
}

export function giveTo(account: Account | undefined, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}
