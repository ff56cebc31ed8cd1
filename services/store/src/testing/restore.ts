import { BackupFile } from '../backup/backup-file.ts';
import { type RestoreOptions, restoreBackup } from '../backup/restore-backup.ts';
import type { CommandConfig } from '../config.ts';

/** Restores a backup as the command does. */
export async function restore(config: CommandConfig, path: string, options: Partial<RestoreOptions> = {}) {
  using backup = await BackupFile.open(path);
  const { signal } = new AbortController();
  return await restoreBackup(config, backup, { replace: false, force: false, ...options }, signal);
}
