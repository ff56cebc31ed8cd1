/** The value of one column: both kinds of databases are asked for text and whole numbers alone. */
export type SourceValue = string | number | null;

/** The database of another broker, read as it was at one moment. */
export interface SourceDatabase extends AsyncDisposable {
  /** @param text with `$1`, `$2`, … where values go */
  query<Row extends object>(text: string, values?: readonly SourceValue[]): Promise<readonly Row[]>;
  /** The names of a table's columns; none where there is no such table. */
  columns(table: string): Promise<readonly string[]>;
  /** The table that a column refers to. */
  referenced(table: string, column: string): Promise<string | undefined>;
}
