import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { codeOf } from './start-fault.ts';

export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A random secret in a file that only its owner reads; made once and kept. */
export function keptSecret(path: string): string {
  return kept(path, randomSecret);
}

/** What is in the file; made where there is none, for its owner alone. */
export function kept(path: string, make: () => string): string {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, make(), { mode: 0o600, flush: true });
  try {
    linkSync(fresh, path); // whole or not at all, and never over a secret that is in use
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  return readFileSync(path, 'utf8').trim();
}
