import { READ_MODEL_TABLES } from '@dasf-broker/readmodel';
import { escapeIdentifier } from 'pg';
import { qualified } from '../backup/load-snapshot.ts';
import { LEFTOVERS_KEPT_MS } from '../chores/leftovers.ts';
import type { DatabaseSession } from '../database-session.ts';

/** How the rows of a table are compared. */
export interface Comparison {
  readonly table: string;
  /** What tells rows apart, and their order: text by its bytes, all else as a number. */
  readonly key: readonly KeyColumn[];
  readonly columns: readonly string[];
  /** The query for the rows of a schema: first the key, then the other columns, all as text. */
  readonly query: (schema: string) => string;
}

export interface KeyColumn {
  readonly name: string;
  readonly isText: boolean;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
}

/** By when leftovers must be there, by partition, in milliseconds since the epoch. */
export type FoldedUntil = ReadonlyMap<number, number>;

/** What belongs to whoever folds, not to what is folded. */
const CURSOR = ['epoch', 'seq'];
/** Longer values are compared by their hash. */
const SHOWN_LENGTH = 120;

/**
 * All that is compared.
 *
 * @param schema has the tables, as they should be
 */
export async function comparisonsOf(
  session: DatabaseSession,
  schema: string,
  foldedUntil: FoldedUntil,
): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const table of READ_MODEL_TABLES) {
    if (table === 'acknowledged') comparisons.push(ACKNOWLEDGED);
    else
      comparisons.push(
        byKey(table, await columnsOf(session, schema, table), conditionOf(table, foldedUntil)),
      );
  }
  const cursor = (await columnsOf(session, schema, 'projection')).filter(
    ({ name, isKey }) => isKey || CURSOR.includes(name),
  );
  return [...comparisons, byKey('projection', cursor, 'true')];
}

/** Leftovers go some time after the events that they are for, whenever a store comes by. */
function conditionOf(table: string, foldedUntil: FoldedUntil): string {
  switch (table) {
    case 'topic_tombstone':
      return dueSince('deleted_at', foldedUntil);
    case 'message_piece':
      return `message_seq is not null or ${dueSince('stored_at', foldedUntil)}`;
    default:
      return 'true';
  }
}

/** What must still be there. */
function dueSince(column: string, foldedUntil: FoldedUntil): string {
  const due = [...foldedUntil].map(([partition, until]) => {
    const isOld = `${column} < to_timestamp(${until - LEFTOVERS_KEPT_MS} / 1000.0)`;
    // Where nothing was folded, it is not known when that was.
    return `not (partition = ${partition} and ${Number.isFinite(until) ? isOld : 'true'})`;
  });
  return `(${['true', ...due].join(' and ')})`;
}

function byKey(table: string, columns: readonly Column[], condition: string): Comparison {
  const key = columns.filter(({ isKey }) => isKey);
  const rest = columns.filter(({ isKey }) => !isKey);
  const selected = [...key.map(({ name }) => `${escapeIdentifier(name)}::text`), ...rest.map(shown)];
  const order = key.map(({ name, type }) => escapeIdentifier(name) + (type === 'text' ? ' collate "C"' : ''));
  return {
    table,
    key: key.map(({ name, type }) => ({ name, isText: type === 'text' })),
    columns: rest.map(({ name }) => name),
    query: (schema) =>
      `select ${selected.join(', ')} from ${qualified(schema, table)} where ${condition} order by ${order.join(', ')}`,
  };
}

/** Frames are not carried about, nor printed. */
function shown({ name, type }: Column): string {
  const column = escapeIdentifier(name);
  if (type === 'bytea') return `'sha256:' || encode(sha256(${column}), 'hex')`;
  if (type !== 'text') return `${column}::text`;
  const hash = `'sha256:' || encode(sha256(convert_to(${column}, 'UTF8')), 'hex')`;
  return `case when length(${column}) > ${SHOWN_LENGTH} then ${hash} else ${column} end`;
}

/**
 * Which messages users are held to have acknowledged. What stretches say of messages that are gone depends on how
 * the log was cut into runs and has no meaning; that none goes beyond what has come does.
 */
const ACKNOWLEDGED: Comparison = {
  table: 'acknowledged',
  key: [
    { name: 'topic_uid', isText: true },
    { name: 'user', isText: true },
    { name: 'seq', isText: false },
  ],
  columns: ['says'],
  query: (schema) => {
    const [acknowledged, message, topic] = ['acknowledged', 'message', 'topic'].map((table) =>
      qualified(schema, table),
    );
    return `select topic_uid, "user", seq::text, says from (
      select a.topic_uid, a."user", m.seq, 'acknowledged' as says
      from ${acknowledged} a join ${message} m on m.topic_uid = a.topic_uid
        and m.retention in ('cacheall', 'store') and m.seq between a.first_seq and a.last_seq
      union all
      select a.topic_uid, a."user", a.last_seq, 'beyond the last message'
      from ${acknowledged} a left join ${topic} t on t.uid = a.topic_uid
      where a.last_seq > coalesce(t.last_kept_seq, 0)
    ) as said order by topic_uid collate "C", "user" collate "C", seq, says`;
  },
};

async function columnsOf(
  session: DatabaseSession,
  schema: string,
  table: string,
): Promise<readonly Column[]> {
  const rows = await session.query<{ name: string; type: string; key: boolean }>(
    `select a.attname as name, format_type(a.atttypid, null) as type, coalesce(a.attnum = any(i.indkey), false) as key
     from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
     where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [qualified(schema, table)],
  );
  return rows.map(({ name, type, key }) => ({ name, type, isKey: key }));
}
