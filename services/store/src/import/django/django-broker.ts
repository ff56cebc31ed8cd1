import { createHash } from 'node:crypto';
import { CommandFault } from '../../command-fault.ts';
import type { SourceDatabase } from '../source/source-database.ts';

/** What there is in a database of dasf-broker-django 0.0.1.dev1. */
const MIGRATIONS = ['0001_initial', '0002_auto_20230213_1501', '0003_brokertopic_api_info'];
const TABLES = [
  'dasf_broker_brokertopic',
  'dasf_broker_responsetopic',
  'dasf_broker_brokermessage',
  'dasf_broker_brokermessage_delivered_to',
  'guardian_userobjectpermission',
  'guardian_groupobjectpermission',
  'auth_permission',
  'django_content_type',
];

/** A database of dasf-broker-django. */
export interface DjangoBroker {
  readonly database: SourceDatabase;
  /** Tells this broker from others, wherever its database is copied to. */
  readonly source: string;
  /** The project's users: its own model may take the place of Django's. */
  readonly userTable: string;
}

interface Applied {
  readonly name: string;
  readonly applied: string;
}

/**
 * Makes sure that it is one, of the version that is known.
 *
 * @throws {CommandFault}
 */
export async function recogniseDjangoBroker(database: SourceDatabase): Promise<DjangoBroker> {
  const applied = await appliedMigrations(database);
  for (const table of TABLES) {
    const columns = await database.columns(table);
    if (columns.length === 0) throw new CommandFault(`The database has no table ${table}: it is not whole.`);
  }
  const userTable = await database.referenced('dasf_broker_brokermessage', 'user_id');
  if (userTable === undefined)
    throw new CommandFault('The database does not say which table its users are in.');
  // To the microsecond: no other broker was set up at the same moment.
  const moments = applied.map(({ name, applied: at }) => `${name} ${digits(at)}`).join('\n');
  const digest = createHash('sha256').update(moments).digest('hex').slice(0, 32);
  return { database, source: `dasf-broker-django/${digest}`, userTable };
}

async function appliedMigrations(database: SourceDatabase): Promise<readonly Applied[]> {
  const isDjango = (await database.columns('django_migrations')).length > 0;
  const applied = isDjango
    ? await database.query<Applied>(
        `select name, cast(applied as text) as applied from django_migrations where app = 'dasf_broker' order by name`,
      )
    : [];
  if (applied.length === 0) {
    const what = isDjango ? 'is of a Django project without dasf-broker-django' : 'is of no Django project';
    throw new CommandFault(`There is nothing to import: the database ${what}.`);
  }
  const unknown = applied.find(({ name }) => !MIGRATIONS.includes(name));
  if (unknown) {
    throw new CommandFault(
      `The database is of a newer version of dasf-broker-django than 0.0.1.dev1, which is what can be imported: it has the migration ${unknown.name}.`,
    );
  }
  const missing = MIGRATIONS.find((name) => !applied.some((one) => one.name === name));
  if (missing !== undefined) {
    throw new CommandFault(
      `The database is of an older version of dasf-broker-django: it lacks the migration ${missing}. Install 0.0.1.dev1 there and run "manage.py migrate".`,
    );
  }
  return applied;
}

/** One kind of database writes time zones, and the other does not. */
function digits(moment: string): string {
  return moment.replace(/[+-]\d\d(:?\d\d)?$/, '').replaceAll(/\D/g, '');
}
