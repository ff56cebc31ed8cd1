import { count } from '../numbers.ts';
import type { Difference } from './compare.ts';

/** More of one table say nothing more. */
const SHOWN = 20;

/** What a comparison found, table by table. */
export class Report {
  readonly #say: (line: string) => void;
  readonly #found = new Map<string, number>();
  #rows = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get rows(): number {
    return this.#rows;
  }

  get isEqual(): boolean {
    return this.#found.size === 0;
  }

  countRow(): void {
    this.#rows += 1;
  }

  add(difference: Difference): void {
    const number = (this.#found.get(difference.table) ?? 0) + 1;
    this.#found.set(difference.table, number);
    if (number <= SHOWN) this.#say(sentenceOf(difference));
  }

  /** How many there are of each table, of which some were not shown. */
  end(): void {
    for (const [table, number] of this.#found) {
      const more = number > SHOWN ? `, of which ${SHOWN} are shown` : '';
      this.#say(`${table}: ${count(number)} ${number === 1 ? 'difference' : 'differences'}${more}`);
    }
  }
}

function sentenceOf({ table, key, kind, columns }: Difference): string {
  const row = `${table} ${Object.entries(key)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
  if (kind === 'missing') return `${row}: is not in the database, but the log makes it`;
  if (kind === 'extra') return `${row}: is in the database, but the log does not make it`;
  const changed = columns.map(
    ({ name, found, expected }) => `${name} is ${shown(found)}, by the log ${shown(expected)}`,
  );
  return `${row}: ${changed.join('; ')}`;
}

function shown(value: string | null): string {
  return value === null ? 'null' : JSON.stringify(value);
}
