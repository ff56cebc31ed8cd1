import { readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../process-identity.ts';
import { giveTo, type Place } from './place.ts';

/**
 * PostgreSQL refuses to start after a kill while the old server's process number is still taken: by its own
 * zombie where nothing reaps that at once, or by somebody else's process. Only the number is changed, to that of
 * PostgreSQL's parent, which it knows to be no server; by the rest of the file it still finds out whether
 * processes of the old server are at work.
 */
export function disownLeftLock({ data, account }: Pick<Place, 'data' | 'account'>): void {
  const path = join(data, 'postmaster.pid');
  const [pid, ...rest] = read(path)?.split('\n') ?? [];
  if (pid === undefined || isServerOn(data, Number(pid))) return;
  writeFileSync(`${path}.new`, [process.pid, ...rest].join('\n'), { mode: 0o600 });
  giveTo(account, `${path}.new`);
  renameSync(`${path}.new`, path);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A server works in its data folder; where that cannot be known, it counts as one. */
function isServerOn(data: string, pid: number): boolean {
  if (identify(pid) === undefined) return false; // gone, or a zombie
  try {
    return realpathSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return true;
  }
}
