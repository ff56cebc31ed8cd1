import { randomBytes } from 'node:crypto';
import { MIGRATIONS, migrate, READ_MODEL_TABLES } from '@dasf-broker/readmodel';
import { CommandFault, reasonOf } from '../command-fault.ts';
import type { CommandConfig } from '../config.ts';
import { DatabaseSession } from '../database-session.ts';
import { LogSession } from '../log-session.ts';
import type { BackupFile } from './backup-file.ts';
import { copyRows, makeTables, moveRows } from './load-snapshot.ts';
import { type Reach, reachOf } from './reach.ts';
import { assertEmpty, assertKnownSchema, beginAlone, writeCursors } from './target.ts';

export interface RestoreOptions {
  /** What the database holds may go. */
  readonly replace: boolean;
  /** What the log does not hold any more may be lost. */
  readonly force: boolean;
}

/**
 * Puts a backup into the database, in one transaction; stores that run go on from there. Before it changes
 * anything it makes sure that they can.
 *
 * @returns from where each partition is folded on
 * @throws {CommandFault}
 */
export async function restoreBackup(
  config: CommandConfig,
  backup: BackupFile,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<readonly Reach[]> {
  await backup.check(signal);
  await using log = await LogSession.open(config, 'dasf-store-restore');
  await reachable(log, config, backup, options);
  await using session = await DatabaseSession.open(config.databaseUrl, 'dasf-store-restore');
  using ending = session.endOn(signal);
  await assertKnownSchema(session);
  if (!options.replace) await assertEmpty(session);
  let reaches: readonly Reach[];
  let isCommitting = false;
  try {
    await migrate(config.databaseUrl);
    await beginAlone(session);
    if (!options.replace) await assertEmpty(session);
    await session.run(`truncate ${READ_MODEL_TABLES.join(', ')}`);
    await load(session, backup, signal);
    // A store may have truncated the log meanwhile; from here on it leaves alone what comes after these cursors.
    reaches = await reachable(log, config, backup, options);
    await writeCursors(session, backup.manifest.cursors, reaches);
    ending[Symbol.dispose]();
    isCommitting = true;
    await session.run('commit');
  } catch (cause) {
    if (isCommitting) {
      throw new CommandFault(
        `The connection broke while the restore was being committed (${reasonOf(cause)}): it may have taken place. Restore once more to be sure.`,
        { cause },
      );
    }
    if (cause instanceof CommandFault || signal.aborted) throw cause;
    throw new CommandFault(`Nothing was restored, the database is as it was: ${reasonOf(cause)}.`, { cause });
  }
  // Statistics that the server would gather by itself before long.
  await session.run(`analyze ${READ_MODEL_TABLES.join(', ')}`).catch(() => {});
  return reaches;
}

async function load(session: DatabaseSession, backup: BackupFile, signal: AbortSignal): Promise<void> {
  const schema = await session.currentSchema();
  if (backup.manifest.migrations.length === MIGRATIONS.length) {
    return await copyRows({ session, schema, signal }, backup);
  }
  const older = `dasf_restore_${randomBytes(6).toString('hex')}`;
  await session.run(`create schema ${older}`);
  await makeTables({ session, schema: older, signal }, backup);
  await moveRows(session, older, schema, READ_MODEL_TABLES);
  await session.run(`drop schema ${older} cascade`);
}

/** @throws {CommandFault} where the log does not go on where the backup ends */
async function reachable(
  log: LogSession,
  config: CommandConfig,
  { manifest }: BackupFile,
  { force }: RestoreOptions,
): Promise<readonly Reach[]> {
  const reaches = await reachOf(log, manifest.cursors, config.log.partitions);
  const faults = reaches.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
  if (faults.length > 0) throw new CommandFault(['Nothing was changed.', ...faults].join('\n'));
  const losses = reaches.flatMap(lossOf);
  if (losses.length === 0 || force) return reaches;
  const advice =
    'Messages, acknowledgements and changes of topics among them would have no effect, for good. Take a newer backup ' +
    'of the database, put back a backup of the log that reaches back further ("nats stream restore"), or accept the ' +
    'loss with --force.';
  throw new CommandFault(['Nothing was changed.', ...losses, advice].join('\n'));
}

export function lossOf({ partition, lost }: Reach): string[] {
  if (!lost) return [];
  const { first, last } = lost;
  return [
    `Partition ${partition}: the log does not hold events ${first} to ${last} any more (${last - first + 1} events ` +
      'after the backup).',
  ];
}
