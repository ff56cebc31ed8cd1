import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { openReadModel } from '@dasf-broker/readmodel';
import { type CommandContext, optionsOf } from '../command-context.ts';
import { CommandFault, reasonOf } from '../command-fault.ts';
import { count } from '../numbers.ts';
import { markBackup } from '../write/backup-mark.ts';
import { backupPath } from './backup-path.ts';
import { keepNewest } from './keep-newest.ts';
import type { Manifest } from './manifest.ts';
import { takeBackup } from './take-backup.ts';

/** `backup --to FILE|FOLDER [--keep NUMBER]`. @throws {CommandFault} */
export async function backupCommand(words: readonly string[], context: CommandContext): Promise<number> {
  const { config, signal, say } = context;
  const { to, keep } = optionsOf(words, { to: { type: 'string' }, keep: { type: 'string' } });
  if (to === undefined) throw new CommandFault('Say where the backup goes: --to FILE, or a folder.');
  const path = backupPath(to, new Date());
  const kept = keep === undefined ? undefined : numberToKeep(keep, path === resolve(to));
  const manifest = await takeBackup(config.databaseUrl, path, signal);
  const { size } = await stat(path);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`${path} holds the store as it was at ${manifest.taken}: ${count(rows)} rows in ${count(size)} bytes.`);
  for (const { partition, sequence } of manifest.cursors) say(`Partition ${partition} up to ${sequence}.`);
  await mark(config.databaseUrl, manifest, say);
  if (kept !== undefined) {
    for (const name of await keepNewest(dirname(path), basename(path), kept))
      say(`${name} is removed (--keep ${kept}).`);
  }
  return 0;
}

/** Of a folder's backups; a file that was named is nobody's to remove. */
function numberToKeep(given: string, isFile: boolean): number {
  if (!/^[1-9]\d{0,5}$/.test(given))
    throw new CommandFault(`--keep takes how many are kept, not "${given}".`);
  if (isFile) throw new CommandFault('--keep is for a folder: say one by --to.');
  return Number(given);
}

/** A copy of the database that takes no writes can be backed up, too. */
async function mark(
  databaseUrl: string,
  { cursors, taken }: Manifest,
  say: CommandContext['say'],
): Promise<void> {
  try {
    await using readModel = await openReadModel(databaseUrl, { poolSize: 1 });
    await markBackup(readModel.database, cursors, taken);
  } catch (error) {
    say(
      `The store could not be told of it (${reasonOf(error)}): the log keeps what DASF_LOG_RETENTION says.`,
    );
  }
}
