import { sql } from 'kysely';
import type { Database } from '../read-model.ts';

/** What of a column those rely on who do not know the next version. */
export interface ColumnShape {
  readonly type: string;
  readonly notNull: boolean;
  /** Who names no value gets one. */
  readonly filled: boolean;
}

/** What a schema holds its users to: each by its name, or by its definition. */
export interface SchemaShape {
  /** By table, then by name. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, ColumnShape>>;
  /** Definitions of constraints, indexes, triggers and functions, by what they are of and their name. */
  readonly rules: ReadonlyMap<string, Rule>;
}

export interface Rule {
  /** `undefined`: of a function. */
  readonly table: string | undefined;
  readonly definition: string;
  /** It holds writers to something, or acts on what they write; else it only makes reading fast. */
  readonly binds: boolean;
}

interface ColumnRow extends ColumnShape {
  readonly table: string;
  readonly column: string;
}

export async function readShape(db: Database): Promise<SchemaShape> {
  const columns = await sql<ColumnRow>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
      a.attnotnull as "notNull", a.atthasdef or a.attidentity <> '' as filled
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and a.attnum > 0 and not a.attisdropped order by 1, a.attnum`.execute(db);
  const tables = new Map<string, Map<string, ColumnShape>>();
  for (const { table, column, ...shape } of columns.rows) {
    tables.set(table, (tables.get(table) ?? new Map()).set(column, shape));
  }
  const { rows } = await sql<Rule & { name: string }>`
    select 'constraint ' || conname as name, conrelid::regclass::text as table,
      pg_get_constraintdef(oid) as definition, true as binds
    from pg_constraint where connamespace = current_schema()::regnamespace and conrelid <> 0 and contype <> 'n'
    union all
    select 'index ' || c.relname, i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisunique
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = current_schema()::regnamespace
      and not exists (select from pg_constraint where conindid = i.indexrelid)
    union all
    select 'trigger ' || tgname, tgrelid::regclass::text, pg_get_triggerdef(t.oid), true
    from pg_trigger t join pg_class c on c.oid = tgrelid
    where c.relnamespace = current_schema()::regnamespace and not tgisinternal
    union all
    select 'function ' || proname, null, pg_get_functiondef(oid), true
    from pg_proc where pronamespace = current_schema()::regnamespace`.execute(db);
  return { tables, rules: new Map(rows.map(({ name, ...rule }) => [name, rule])) };
}
