import { MIGRATIONS, statementsOf } from '@dasf-broker/readmodel';
import { escapeIdentifier } from 'pg';
import type { DatabaseSession } from '../database-session.ts';
import type { BackupFile } from './backup-file.ts';
import type { SnapshotTable } from './manifest.ts';

/** Where the tables of another schema than the service's own come to lie. */
export interface Loading {
  readonly session: DatabaseSession;
  readonly schema: string;
  readonly signal: AbortSignal;
}

/**
 * Makes tables as they were when a backup was taken, or empty ones without it, and brings them up to date. The
 * schema is there already.
 *
 * @param prepare what to do with tables before they are filled
 */
export async function makeTables(
  loading: Loading,
  backup: BackupFile | undefined,
  prepare: () => Promise<void> = async () => {},
): Promise<void> {
  const before = backup?.manifest.migrations ?? MIGRATIONS;
  await migrateTables(loading, before);
  await prepare();
  if (!backup) return;
  await copyRows(loading, backup);
  await migrateTables(loading, MIGRATIONS.slice(before.length));
}

/** Copies what a backup holds into tables of the schema that it was taken from. */
export async function copyRows({ session, schema, signal }: Loading, backup: BackupFile): Promise<void> {
  for (const table of backup.manifest.tables) {
    const into = session.copyIn(
      `copy ${qualified(schema, table.name)} (${list(table)}) from stdin (format binary)`,
    );
    await backup.copy(table, into, signal);
  }
}

/** Moves rows from tables of the same kind. */
export async function moveRows(
  session: DatabaseSession,
  from: string,
  to: string,
  tables: readonly string[],
): Promise<void> {
  for (const table of tables) {
    const columns = (await session.columnsOf(from, table)).map(escapeIdentifier).join(', ');
    await session.run(
      `insert into ${qualified(to, table)} (${columns}) select ${columns} from ${qualified(from, table)}`,
    );
  }
}

export function qualified(schema: string, table: string): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}

async function migrateTables({ session, schema }: Loading, migrations: readonly string[]): Promise<void> {
  const [before] = await session.query<{ path: string }>(`select current_setting('search_path') as path`);
  const set = 'select set_config($1, $2, false)';
  await session.query(set, ['search_path', escapeIdentifier(schema)]);
  for (const statement of migrations.flatMap(statementsOf)) await session.run(statement);
  await session.query(set, ['search_path', before?.path ?? 'public']);
}

function list({ columns }: SnapshotTable): string {
  return columns.map(escapeIdentifier).join(', ');
}
