import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSecret } from '@dasf-broker/access';
import { CliFault } from './fault.ts';

/** The key that the local stack signs with. */
export function tokenSecretPath(dataDir: string): string {
  return join(dataDir, 'token-secret');
}

/**
 * Reads the key that tokens of the local stack are signed with; `undefined` where there is none.
 *
 * @throws {CliFault} where the file cannot be read or is unfit
 */
export function readTokenSecret(path: string): Uint8Array | undefined {
  try {
    return parseSecret(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'EACCES') throw belongsToAnother(path);
    throw new CliFault(
      `The key in ${path} cannot be used (${message}): put it right, or remove it and start the stack again.`,
    );
  }
}

/** A stack shares its files with nobody. */
export function belongsToAnother(path: string): CliFault {
  return new CliFault(
    `${path} belongs to another user: run this as that user, or set DASF_DATA_DIR to a folder of your own, or DASF_API_URL and DASF_TOKEN.`,
  );
}

/** Makes the key where there is none, as the stack does: random, and for its owner alone. */
export function keepTokenSecret(dataDir: string): Uint8Array {
  const path = tokenSecretPath(dataDir);
  const known = readTokenSecret(path);
  if (known) return known;
  const fresh = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(fresh, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
    linkSync(fresh, path); // whole or not at all, and never over a key that is in use
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw new CliFault(`${message}: set DASF_DATA_DIR to a folder that this user may write to.`);
  } finally {
    rmSync(fresh, { force: true });
  }
  return readTokenSecret(path) ?? keepTokenSecret(dataDir);
}
