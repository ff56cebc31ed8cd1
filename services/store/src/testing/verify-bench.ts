import { BackupFile } from '../backup/backup-file.ts';
import { ProgressLine } from '../verify/progress-line.ts';
import { Report } from '../verify/report.ts';
import { verify } from '../verify/verify.ts';
import type { Bench } from './bench.ts';

/** What a comparison of the database with its log finds, and over how much. */
export async function verifyBench({ config }: Pick<Bench, 'config'>, from?: string) {
  using backup = from === undefined ? undefined : await BackupFile.open(from);
  const said: string[] = [];
  const report = new Report((line) => said.push(line));
  const progress = new ProgressLine({ write: () => {} });
  await verify(config, { backup, progress, report }, new AbortController().signal);
  return { said, rows: report.rows, events: progress.done, seconds: progress.seconds };
}
