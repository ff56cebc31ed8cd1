import type { Comparison, KeyColumn } from './comparison.ts';
import type { Row } from './rows.ts';

/** A row that is not as the log makes it. */
export interface Difference {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  /** `missing`: the log makes it, the database lacks it. `extra`: the other way round. */
  readonly kind: 'missing' | 'extra' | 'changed';
  /** What differs, where both have it. */
  readonly columns: readonly ChangedColumn[];
}

export interface ChangedColumn {
  readonly name: string;
  /** In the database. */
  readonly found: string | null;
  /** By the log. */
  readonly expected: string | null;
}

/**
 * Walks through rows of the database and rows of the fold, both in the order of their keys.
 *
 * @param compared counts the rows that were looked at
 */
export async function* differences(
  comparison: Comparison,
  found: AsyncIterable<Row>,
  expected: AsyncIterable<Row>,
  compared: () => void,
): AsyncGenerator<Difference> {
  const [left, right] = [found[Symbol.asyncIterator](), expected[Symbol.asyncIterator]()];
  let [one, other] = [await left.next(), await right.next()];
  while (!one.done || !other.done) {
    compared();
    const order = orderOf(comparison.key, one, other);
    if (order < 0) yield difference(comparison, one.value, 'extra');
    else if (order > 0) yield difference(comparison, other.value, 'missing');
    else yield* changes(comparison, one.value, other.value);
    [one, other] = [order <= 0 ? await left.next() : one, order >= 0 ? await right.next() : other];
  }
}

function orderOf(key: readonly KeyColumn[], one: IteratorResult<Row>, other: IteratorResult<Row>): number {
  if (one.done) return 1;
  if (other.done) return -1;
  for (const [index, { isText }] of key.entries()) {
    const [a, b] = [one.value[index] ?? '', other.value[index] ?? ''];
    if (a === b) continue;
    // As the server orders text: by its bytes, which JavaScript does not.
    return isText ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : Number(a) - Number(b);
  }
  return 0;
}

function* changes(comparison: Comparison, found: Row, expected: Row): Generator<Difference> {
  const { key, columns } = comparison;
  const changed = columns.flatMap((name, index) => {
    const [is, should] = [found[key.length + index] ?? null, expected[key.length + index] ?? null];
    return is === should ? [] : [{ name, found: is, expected: should }];
  });
  if (changed.length > 0) yield { ...difference(comparison, found, 'changed'), columns: changed };
}

function difference({ table, key }: Comparison, row: Row, kind: Difference['kind']): Difference {
  const named = key.map(({ name }, index) => [name, row[index] ?? ''] as const);
  return { table, key: Object.fromEntries(named), kind, columns: [] };
}
