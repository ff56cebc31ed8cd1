import { BackupFile } from '../backup/backup-file.ts';
import { type CommandContext, optionsOf } from '../command-context.ts';
import { count, duration } from '../numbers.ts';
import { ProgressLine } from './progress-line.ts';
import { Report } from './report.ts';
import { verify } from './verify.ts';

/** `verify [--from FILE]`: 0 where the database is as the log makes it, 1 where not. @throws {CommandFault} */
export async function verifyCommand(words: readonly string[], context: CommandContext): Promise<number> {
  const { config, signal, say } = context;
  const { from } = optionsOf(words, { from: { type: 'string' } });
  using backup = from === undefined ? undefined : await BackupFile.open(from);
  const progress = new ProgressLine(process.stderr);
  const report = new Report(say);
  await verify(config, { backup, progress, report }, signal);
  const folded = `${count(progress.done)} events and ${count(report.rows)} rows in ${duration(progress.seconds)}`;
  if (report.isEqual) say(`The database is as the log makes it (${folded}).`);
  else say(`The database is not as the log makes it (${folded}): docs/backup.md says what to do.`);
  return report.isEqual ? 0 : 1;
}
