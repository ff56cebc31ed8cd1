import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CommandFault } from '../command-fault.ts';

/**
 * Where a backup goes: the file that was named, or one with the time in its name in the folder that was.
 *
 * @throws {CommandFault} where it cannot go there
 */
export function backupPath(to: string, now: Date): string {
  const given = resolve(to);
  const found = statSync(given, { throwIfNoEntry: false });
  if (found?.isDirectory()) return join(given, `dasf-store-${stamp(now)}.zip`);
  if (found) throw new CommandFault(`${given} is there already: name another file, or a folder.`);
  const folder = dirname(given);
  if (to.endsWith('/') || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandFault(`There is no folder ${to.endsWith('/') ? given : folder}: make it first.`);
  }
  return given;
}

function stamp(now: Date): string {
  return now.toISOString().replace(/\.\d+|[-:]/g, '');
}
