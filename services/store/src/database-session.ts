import { MIGRATION_TABLE } from '@dasf-broker/readmodel';
import { Client, escapeIdentifier } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { CommandFault, reasonOf } from './command-fault.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** What an operator may have set for the role, and what a command of hours cannot live with. */
const TIMEOUTS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
];

/** A connection of its own for a command that may take hours: nothing on it times out. */
export class DatabaseSession implements AsyncDisposable {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /**
   * @param name shown by `pg_stat_activity`
   * @throws {CommandFault}
   */
  static async open(databaseUrl: string, name: string): Promise<DatabaseSession> {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: name,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    // Whatever uses it learns of the loss by itself.
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(
        `select set_config(name, '0', false) from pg_settings where name = any($1::text[])`,
        [TIMEOUTS],
      );
    } catch (cause) {
      throw new CommandFault(
        `The database does not take the connection (${reasonOf(cause)}): is it running, and is DASF_DATABASE_URL right?`,
        { cause },
      );
    }
    return new DatabaseSession(client);
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(text, [...values])).rows;
  }

  /** Rows as text, column by column. */
  async arrays(text: string): Promise<(string | null)[][]> {
    return (await this.#client.query<(string | null)[]>({ text, rowMode: 'array' })).rows;
  }

  /** Several statements. */
  async run(text: string): Promise<void> {
    await this.#client.query(text);
  }

  /** What a `copy … to stdout` says; `rowCount` is right at its end. */
  copyOut(text: string) {
    return this.#client.query(copyTo(text));
  }

  /** What a `copy … from stdin` takes. */
  copyIn(text: string) {
    return this.#client.query(copyFrom(text));
  }

  /** The migrations that the database has seen, oldest first; `undefined` where it has none of our tables. */
  async migrations(): Promise<readonly string[] | undefined> {
    const [table] = await this.query<{ oid: string | null }>('select to_regclass($1) as oid', [
      MIGRATION_TABLE,
    ]);
    if (!table?.oid) return undefined;
    const rows = await this.query<{ name: string }>(`select name from ${MIGRATION_TABLE} order by id`);
    return rows.map(({ name }) => name);
  }

  /** The names of a table's columns, in their order. */
  async columnsOf(schema: string, table: string): Promise<readonly string[]> {
    const rows = await this.query<{ name: string }>(
      `select attname as name from pg_attribute
       where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`,
      [`${escapeIdentifier(schema)}.${escapeIdentifier(table)}`],
    );
    return rows.map(({ name }) => name);
  }

  /** Ends it, also amid a statement, when the signal is aborted before what is returned is disposed. */
  endOn(signal: AbortSignal): Disposable {
    const end = () => void this[Symbol.asyncDispose]();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    return { [Symbol.dispose]: () => signal.removeEventListener('abort', end) };
  }

  /** Where unqualified tables are. */
  async currentSchema(): Promise<string> {
    const [row] = await this.query<{ schema: string | null }>('select current_schema() as schema');
    return row?.schema ?? 'public';
  }

  /** Ends the connection, also amid a statement; a transaction that is open is rolled back. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end().catch(() => {});
  }
}
