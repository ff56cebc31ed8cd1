import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFault } from '../../command-fault.ts';
import { PostgresSource } from './postgres.ts';
import type { SourceDatabase } from './source-database.ts';

const SQLITE = 'sqlite:///';

/**
 * Opens the database of another broker.
 *
 * @param url `postgresql://…`, or `sqlite:///` and a path
 * @param folder where paths begin that do not say
 * @throws {CommandFault}
 */
export async function openSource(url: string, folder: string): Promise<SourceDatabase> {
  if (/^postgres(ql)?:\/\//.test(url)) return PostgresSource.open(url);
  if (!url.startsWith(SQLITE)) {
    throw new CommandFault(
      'The database to import from must be sqlite:///PATH or postgresql://USER@HOST/DATABASE; there is nothing for others.',
    );
  }
  // Loaded where it is used: Node says of it that it is new.
  const { SqliteSource } = await import('./sqlite.ts');
  return SqliteSource.open(pathOf(url.slice(SQLITE.length), folder));
}

/**
 * `sqlite:///srv/db.sqlite3` is read both ways: as Django projects write it, that path begins in the project.
 *
 * @throws {CommandFault} where there is no such file
 */
function pathOf(path: string, folder: string): string {
  const beside = resolve(folder, path);
  const absolute = `/${path.replace(/^\/+/, '')}`;
  const found = [beside, absolute].find((one) => existsSync(one));
  if (found !== undefined) return found;
  const looked = [...new Set([beside, absolute])].join(', and no ');
  throw new CommandFault(`There is no file ${looked}.`);
}
