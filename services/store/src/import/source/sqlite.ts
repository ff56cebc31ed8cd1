import { DatabaseSync } from 'node:sqlite';
import { CommandFault, reasonOf } from '../../command-fault.ts';
import type { SourceDatabase, SourceValue } from './source-database.ts';

/** A SQLite file, which is not written to. */
export class SqliteSource implements SourceDatabase {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** @throws {CommandFault} */
  static open(path: string): SqliteSource {
    try {
      const database = new DatabaseSync(path, { readOnly: true });
      database.exec('begin');
      // Only now it is looked at.
      database.prepare('select count(*) from sqlite_master').get();
      return new SqliteSource(database);
    } catch (cause) {
      throw new CommandFault(`${path} cannot be read as a SQLite database (${reasonOf(cause)}).`, { cause });
    }
  }

  async query<Row extends object>(text: string, values: readonly SourceValue[] = []): Promise<Row[]> {
    return this.#database.prepare(text.replaceAll(/\$(\d+)/g, '?$1')).all(...values) as Row[];
  }

  async columns(table: string): Promise<readonly string[]> {
    const rows = await this.query<{ name: string }>('select name from pragma_table_info($1)', [table]);
    return rows.map(({ name }) => name);
  }

  async referenced(table: string, column: string): Promise<string | undefined> {
    const [row] = await this.query<{ name: string }>(
      'select "table" as name from pragma_foreign_key_list($1) where "from" = $2',
      [table, column],
    );
    return row?.name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
  }
}
