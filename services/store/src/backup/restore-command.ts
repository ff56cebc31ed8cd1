import { type CommandContext, optionsOf } from '../command-context.ts';
import { CommandFault } from '../command-fault.ts';
import { BackupFile } from './backup-file.ts';
import { lossOf, restoreBackup } from './restore-backup.ts';

/** `restore --from FILE [--replace] [--force]`. @throws {CommandFault} */
export async function restoreCommand(words: readonly string[], context: CommandContext): Promise<number> {
  const { config, signal, say } = context;
  const { from, replace, force } = optionsOf(words, {
    from: { type: 'string' },
    replace: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
  });
  if (from === undefined) throw new CommandFault('Say which backup is to be restored: --from FILE.');
  using backup = await BackupFile.open(from);
  const reaches = await restoreBackup(config, backup, { replace, force }, signal);
  say(`The database holds the store as it was at ${backup.manifest.taken}.`);
  for (const { partition, sequence } of backup.manifest.cursors) {
    say(`Partition ${partition} up to ${sequence}; a store that runs goes on from there.`);
  }
  for (const loss of reaches.flatMap(lossOf)) say(loss);
  return 0;
}
