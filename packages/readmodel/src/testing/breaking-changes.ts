import type { ColumnShape, Rule, SchemaShape } from './schema-shape.ts';

/**
 * What a change of the schema takes from who runs on it and only knows how it was before: what he reads, what he
 * leaves out when he writes, what he may write. A table, a column, an index that is added takes nothing.
 *
 * @returns a sentence for each
 */
export function breakingChanges(before: SchemaShape, after: SchemaShape): string[] {
  const found: string[] = [];
  for (const [table, columns] of before.tables) {
    const now = after.tables.get(table);
    if (now) found.push(...ofColumns(table, columns, now));
    else found.push(`table ${table} is gone`);
  }
  // What a table that is gone takes with it needs no sentence of its own.
  const stays = ({ table }: Rule) => table === undefined || after.tables.has(table);
  for (const [name, rule] of before.rules) {
    const now = after.rules.get(name);
    if (!now && stays(rule)) found.push(`${name} is gone`);
    else if (now && now.definition !== rule.definition) found.push(`${name} is another one`);
  }
  for (const [name, { table, binds }] of after.rules) {
    const isOfOld = table !== undefined && before.tables.has(table);
    if (isOfOld && binds && !before.rules.has(name)) found.push(`${name} is new, on table ${table}`);
  }
  return found;
}

function ofColumns(
  table: string,
  before: ReadonlyMap<string, ColumnShape>,
  after: ReadonlyMap<string, ColumnShape>,
): string[] {
  const found: string[] = [];
  for (const [name, column] of before) {
    const now = after.get(name);
    const what = `column ${table}.${name}`;
    if (!now) {
      found.push(`${what} is gone`);
      continue;
    }
    if (now.type !== column.type) found.push(`${what} was ${column.type} and is ${now.type}`);
    if (now.notNull && !column.notNull) found.push(`${what} takes no null any more`);
    if (now.notNull && column.filled && !now.filled) found.push(`${what} has no default any more`);
  }
  for (const [name, { notNull, filled }] of after) {
    if (!before.has(name) && notNull && !filled)
      found.push(`column ${table}.${name} is new and must be written`);
  }
  return found;
}
