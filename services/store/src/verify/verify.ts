import { MIGRATIONS, openReadModel } from '@dasf-broker/readmodel';
import type { BackupFile } from '../backup/backup-file.ts';
import type { SnapshotCursor } from '../backup/manifest.ts';
import { readCursors } from '../backup/take-backup.ts';
import { CommandFault } from '../command-fault.ts';
import type { CommandConfig } from '../config.ts';
import { DatabaseSession } from '../database-session.ts';
import { LogSession } from '../log-session.ts';
import { differences } from './compare.ts';
import { comparisonsOf } from './comparison.ts';
import { assertFoldable } from './foldable.ts';
import { LogFold } from './log-fold.ts';
import type { ProgressLine } from './progress-line.ts';
import type { Report } from './report.ts';
import { rowsOf } from './rows.ts';
import { ScratchSchema } from './scratch-schema.ts';
import { makeScratchTables } from './scratch-tables.ts';

export interface VerifyOptions {
  /** Where the fold begins; `undefined`: with the log's first event. */
  readonly backup: BackupFile | undefined;
  readonly progress: ProgressLine;
  /** What is found. */
  readonly report: Report;
}

/**
 * Folds the log once more, beside the tables that the stores folded it into, and compares the two row by row. The
 * stores go on meanwhile: what is compared is how the tables are at one moment.
 *
 * @throws {CommandFault} where nothing can be said of the database
 */
export async function verify(
  config: CommandConfig,
  { backup, progress, report }: VerifyOptions,
  signal: AbortSignal,
): Promise<void> {
  await backup?.check(signal);
  await using log = await LogSession.open(config, 'dasf-store-verify');
  await using live = await DatabaseSession.open(config.databaseUrl, 'dasf-store-verify');
  using _live = live.endOn(signal);
  const base = backup?.manifest.cursors ?? [];
  const before = await cursorsOf(live);
  await assertFoldable(log, base, before);

  await using scratch = await ScratchSchema.create(config.databaseUrl);
  using _scratch = scratch.session.endOn(signal);
  await makeScratchTables(scratch, backup, signal);
  await using readModel = await openReadModel(config.databaseUrl, {
    poolSize: 2 * before.length,
    session: { search_path: scratch.name, synchronous_commit: 'off' },
  });
  const fold = new LogFold({ readModel, log, folded: (events) => progress.add(events) }, progress);
  await fold.to(before, signal);
  // The moment: what came meanwhile is little, so that no snapshot is held for long.
  await live.run('begin transaction isolation level repeatable read, read only');
  const now = await cursorsOf(live);
  await assertFoldable(log, base, now);
  await fold.to(now, signal);
  progress.end();
  await compare(live, scratch, fold, report);
}

async function compare(
  live: DatabaseSession,
  scratch: ScratchSchema,
  fold: LogFold,
  report: Report,
): Promise<void> {
  const schema = await live.currentSchema();
  await scratch.session.run('begin');
  for (const comparison of await comparisonsOf(scratch.session, scratch.name, fold.foldedUntil)) {
    const found = rowsOf(live, comparison.query(schema));
    const expected = rowsOf(scratch.session, comparison.query(scratch.name));
    const differing = differences(comparison, found, expected, () => report.countRow());
    for await (const difference of differing) report.add(difference);
  }
  report.end();
}

/** @throws {CommandFault} where the tables are none that this version folds into */
async function cursorsOf(live: DatabaseSession): Promise<readonly SnapshotCursor[]> {
  const found = await live.migrations();
  if (found?.length !== MIGRATIONS.length || found.some((name, index) => name !== MIGRATIONS[index])) {
    throw new CommandFault(
      `The database has another schema (${found?.at(-1) ?? 'none'}) than this version folds into ` +
        `(${MIGRATIONS.at(-1)}): verify it with the version that runs.`,
    );
  }
  return await readCursors(live);
}
