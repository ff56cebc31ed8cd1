import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFault, reasonOf } from '../command-fault.ts';

/** The name that a backup gets in a folder: the time is in it, so their order is that of their names. */
const BACKUP = /^dasf-store-\d{8}T\d{6}Z\.zip$/;
const PARTIAL = /^dasf-store-\d{8}T\d{6}Z\.zip\.\d+\.partial$/;
/** A run that is at work writes more often than that. */
const ABANDONED_MS = 24 * 3_600_000;

/**
 * Removes all but the newest backups of a folder, and what killed runs have left there. Files with other names stay.
 *
 * @param taken the name of the one that was just taken: it stays, also where a clock was wrong and others seem newer
 * @returns the names of the backups that went
 * @throws {CommandFault}
 */
export async function keepNewest(folder: string, taken: string, keep: number): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    const old = names
      .filter((name) => BACKUP.test(name) && name !== taken)
      .toSorted()
      .toReversed()
      .slice(keep - 1);
    for (const name of old) await rm(join(folder, name), { force: true });
    for (const name of names.filter((one) => PARTIAL.test(one))) {
      const { mtimeMs } = await stat(join(folder, name));
      if (mtimeMs < Date.now() - ABANDONED_MS) await rm(join(folder, name), { force: true });
    }
    return old;
  } catch (cause) {
    throw new CommandFault(
      `The backup is taken, but older ones in ${folder} could not be removed (${reasonOf(cause)}).`,
      { cause },
    );
  }
}
