import { sql } from 'kysely';
import { MIGRATION_TABLE } from './migrations.ts';
import { openReadModel } from './read-model.ts';
import { READ_MODEL_TABLES } from './tables.ts';

/** Who works with the read model but does not own it: names of PostgreSQL roles. */
export interface DatabaseRoles {
  readonly store?: string;
  readonly api?: string;
}

type Role = keyof DatabaseRoles;
type Privilege = 'select' | 'insert' | 'update' | 'delete';

const READ_BY_API = [
  'topic',
  'presence',
  'message',
  'message_piece',
  'delivery',
  'operator_act',
  'projection',
];
const TABLES = [...READ_MODEL_TABLES, 'projection'];

/** All that each role may do; the tables that a later migration adds are the store's as well, and no one else's. */
export const RIGHTS: Readonly<Record<Role, ReadonlyMap<string, readonly Privilege[]>>> = {
  store: new Map<string, readonly Privilege[]>([
    ...TABLES.map((table) => [table, ['select', 'insert', 'update', 'delete']] as const),
    [MIGRATION_TABLE, ['select']],
  ]),
  api: new Map([...READ_BY_API, MIGRATION_TABLE].map((table) => [table, ['select']])),
};

/**
 * Gives roles what they need of the schema, and takes what they have beyond it. Needs the owner of the tables; the
 * roles must be there.
 */
export async function applyRights(databaseUrl: string, roles: DatabaseRoles): Promise<void> {
  await using readModel = await openReadModel(databaseUrl, { poolSize: 1 });
  await readModel.transaction(async (transaction) => {
    for (const [role, name] of Object.entries(roles) as [Role, string][]) {
      for (const statement of statementsFor(role, name)) await sql.raw(statement).execute(transaction);
    }
  });
}

function statementsFor(role: Role, name: string): string[] {
  const to = identifier(name);
  const everything = `all tables in schema public`;
  const grants = [...RIGHTS[role]].map(
    ([table, privileges]) => `grant ${privileges.join(', ')} on ${identifier(table)} to ${to}`,
  );
  const later = 'alter default privileges in schema public';
  return [
    `revoke all on ${everything} from ${to}`,
    `revoke create on schema public from ${to}`,
    `grant usage on schema public to ${to}`,
    ...grants,
    `${later} revoke all on tables from ${to}`,
    ...(role === 'store' ? [`${later} grant select, insert, update, delete on tables to ${to}`] : []),
  ];
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
