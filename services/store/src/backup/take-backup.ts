import { MIGRATIONS, READ_MODEL_TABLES } from '@dasf-broker/readmodel';
import { escapeIdentifier } from 'pg';
import { CommandFault, reasonOf } from '../command-fault.ts';
import { DatabaseSession } from '../database-session.ts';
import { BackupWriter } from './backup-writer.ts';
import { FORMAT, type Manifest, type SnapshotCursor, type SnapshotTable } from './manifest.ts';

/** What a snapshot is taken of, where it is not what this version works with. */
export interface SnapshotSchema {
  readonly migrations: readonly string[];
  readonly tables: readonly string[];
}

const PRESENT: SnapshotSchema = { migrations: MIGRATIONS, tables: READ_MODEL_TABLES };

/**
 * Writes the read model as it is at one moment, with the cursors that belong to it, while the store goes on.
 *
 * @throws {CommandFault}
 */
export async function takeBackup(
  databaseUrl: string,
  path: string,
  signal: AbortSignal,
  { migrations, tables }: SnapshotSchema = PRESENT,
): Promise<Manifest> {
  await using session = await DatabaseSession.open(databaseUrl, 'dasf-store-backup');
  await using writer = new BackupWriter(path);
  using _ending = session.endOn(signal);
  await session.run('begin transaction isolation level repeatable read, read only');
  assertSchema(await session.migrations(), migrations);
  const taken = await timeOf(session);
  const cursors = await readCursors(session);
  const written: SnapshotTable[] = [];
  for (const table of tables) written.push(await copyTable(session, writer, table));
  await session.run('commit');
  signal.throwIfAborted();
  const manifest = { format: FORMAT, taken, migrations, cursors, tables: written };
  await writer.finish(manifest);
  return manifest;
}

/** A snapshot of tables that this version does not know would not be whole. */
function assertSchema(found: readonly string[] | undefined, known: readonly string[]): void {
  if (!found) {
    throw new CommandFault('There is nothing to back up: the database has no tables of the store yet.');
  }
  const newest = found.at(-1);
  if (newest === known.at(-1) && found.length === known.length) return;
  const which = found.length > known.length ? 'newer' : 'older';
  throw new CommandFault(
    `The database has a ${which} schema (${newest}) than this version works with: take the backup with the version ` +
      'of the broker that runs.',
  );
}

async function timeOf(session: DatabaseSession): Promise<string> {
  const [row] = await session.query<{ now: Date }>('select now() as now');
  return (row?.now ?? new Date()).toISOString();
}

/** A partition that no worker has looked at yet has none. */
export async function readCursors(session: DatabaseSession): Promise<SnapshotCursor[]> {
  const rows = await session.query<{ partition: number; epoch: string; seq: string; owner_epoch: string }>(
    'select partition, epoch, seq, owner_epoch from projection where epoch is not null order by partition',
  );
  return rows.map(({ partition, epoch, seq, owner_epoch }) => ({
    partition,
    epoch,
    sequence: Number(seq),
    ownerEpoch: Number(owner_epoch),
  }));
}

async function copyTable(
  session: DatabaseSession,
  writer: BackupWriter,
  name: string,
): Promise<SnapshotTable> {
  const columns = await session.columnsOf(await session.currentSchema(), name);
  const list = columns.map(escapeIdentifier).join(', ');
  const rows = session.copyOut(`copy ${escapeIdentifier(name)} (${list}) to stdout (format binary)`);
  try {
    const written = await writer.add(name, rows);
    return { name, columns, rows: rows.rowCount, ...written };
  } catch (cause) {
    throw new CommandFault(`The backup could not be written (${reasonOf(cause)}).`, { cause });
  }
}
