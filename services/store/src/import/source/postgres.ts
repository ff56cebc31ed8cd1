import { Client, DatabaseError, types } from 'pg';
import { CommandFault, reasonOf } from '../../command-fault.ts';
import type { SourceDatabase, SourceValue } from './source-database.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const NO_RIGHT = '42501';

/** A PostgreSQL database in one transaction that writes nothing and sees nothing that comes later. */
export class PostgresSource implements SourceDatabase {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @throws {CommandFault} */
  static async open(url: string): Promise<PostgresSource> {
    const client = new Client({
      connectionString: url,
      application_name: 'dasf-import',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    // Whatever uses it learns of the loss by itself.
    client.on('error', () => {});
    // Keys of 64 bits are far below what a number holds exactly.
    client.setTypeParser(types.builtins.INT8, Number);
    try {
      await client.connect();
      await client.query("set timezone to 'UTC'; begin isolation level repeatable read read only");
    } catch (cause) {
      await client.end().catch(() => {});
      throw new CommandFault(`The database to import from cannot be reached (${reasonOf(cause)}).`, {
        cause,
      });
    }
    return new PostgresSource(client);
  }

  /** @throws {CommandFault} where a table may not be read */
  async query<Row extends object>(text: string, values: readonly SourceValue[] = []): Promise<Row[]> {
    try {
      return (await this.#client.query<Row>(text, [...values])).rows;
    } catch (cause) {
      if (!(cause instanceof DatabaseError && cause.code === NO_RIGHT)) throw cause;
      throw new CommandFault(
        `The database to import from may not be read (${reasonOf(cause)}): its user needs the right to select from all tables.`,
        { cause },
      );
    }
  }

  async columns(table: string): Promise<readonly string[]> {
    const rows = await this.query<{ name: string }>(
      `select attname as name from pg_attribute
       where attrelid = to_regclass(quote_ident($1)) and attnum > 0 and not attisdropped`,
      [table],
    );
    return rows.map(({ name }) => name);
  }

  async referenced(table: string, column: string): Promise<string | undefined> {
    const [row] = await this.query<{ name: string }>(
      `select c.confrelid::regclass::text as name from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
       where c.contype = 'f' and c.conrelid = to_regclass(quote_ident($1)) and a.attname = $2`,
      [table, column],
    );
    return row?.name.replaceAll('"', '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end().catch(() => {});
  }
}
