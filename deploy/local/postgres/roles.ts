import pg from 'pg';

/** Who works with the database: `migrator` owns the tables, the others have what the migration grants them. */
export const ROLES = ['migrator', 'store', 'api'] as const;
export type Role = (typeof ROLES)[number];

export function roleName(role: Role): string {
  return `dasf_${role}`;
}

/** In case a service sets none itself. */
const LIMITS: Readonly<Record<Role, Readonly<Record<string, string>>>> = {
  migrator: {},
  store: { statement_timeout: '60s', idle_in_transaction_session_timeout: '60s' },
  api: {
    statement_timeout: '5s',
    lock_timeout: '2s',
    idle_in_transaction_session_timeout: '5s',
    default_transaction_read_only: 'on',
  },
};

/** What an earlier version made belongs to its superuser. */
const HAND_OVER = `do $$ declare statement text; begin
  for statement in
    select format('alter table public.%I owner to ${roleName('migrator')}', relname) from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r'
    union all
    select format('alter function %s owner to ${roleName('migrator')}', oid::regprocedure) from pg_proc
      where pronamespace = 'public'::regnamespace
  loop execute statement; end loop;
end $$`;

/**
 * Makes the roles, or brings them up to date, and gives the database to the one that migrates.
 *
 * @param superuserUrl of the database
 */
export async function makeRoles(
  superuserUrl: string,
  passwords: Readonly<Record<Role, string>>,
): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const database = pg.escapeIdentifier(client.database ?? '');
    await client.query('begin');
    for (const role of ROLES) await makeRole(client, database, role, passwords[role]);
    await client.query(`alter database ${database} owner to ${roleName('migrator')}`);
    await client.query(`revoke all on database ${database} from public`);
    await client.query(`grant connect on database ${database} to ${roleName('store')}, ${roleName('api')}`);
    await client.query(HAND_OVER);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function makeRole(client: pg.Client, database: string, role: Role, password: string): Promise<void> {
  const name = roleName(role);
  const { rows } = await client.query('select from pg_roles where rolname = $1', [name]);
  if (rows.length === 0) await client.query(`create role ${name}`);
  await client.query(`alter role ${name} login password ${pg.escapeLiteral(password)}`);
  for (const [setting, value] of Object.entries(LIMITS[role])) {
    await client.query(
      `alter role ${name} in database ${database} set ${setting} = ${pg.escapeLiteral(value)}`,
    );
  }
}

/** The address with which a role gets in. */
export function urlFor(role: Role, superuserUrl: string, password: string): string {
  const url = new URL(superuserUrl);
  url.username = roleName(role);
  url.password = password;
  return url.href;
}
