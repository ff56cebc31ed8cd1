import { MIGRATIONS, schemaDifference } from '@dasf-broker/readmodel';
import { reasonOf } from '../command-fault.ts';
import type { CommandConfig } from '../config.ts';
import { DatabaseSession } from '../database-session.ts';
import { clockFinding, type Finding, failed, ok, warning } from './finding.ts';

/** Older ones lack multiranges. */
const OLDEST_THAT_WORKS = 14;

interface Server {
  readonly version: string;
  readonly number: number;
  readonly now: Date;
  readonly unsafe: readonly string[];
}

/** What there is to say of PostgreSQL and what is in it. */
export async function databaseFindings({ databaseUrl, log }: CommandConfig): Promise<Finding[]> {
  let session: DatabaseSession;
  try {
    session = await DatabaseSession.open(databaseUrl, 'dasf doctor');
  } catch (error) {
    return [failed('PostgreSQL', reasonOf(error), 'Start PostgreSQL, or correct DASF_DATABASE_URL.')];
  }
  await using database = session;
  try {
    const schema = await schemaFinding(database);
    return [
      ...(await serverFindings(database)),
      schema,
      ...(schema.state === 'ok' ? await storeFindings(database, log.partitions) : []),
    ];
  } catch (error) {
    const todo = 'See that this user may read the tables (docs/rights.md).';
    return [failed('PostgreSQL', reasonOf(error), todo)];
  }
}

async function serverFindings(database: DatabaseSession): Promise<Finding[]> {
  const asked = Date.now();
  const [server] = await database.query<Server>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as number,
      clock_timestamp() as now, array(select name from unnest(array['fsync', 'full_page_writes', 'synchronous_commit'])
        as name where current_setting(name) = 'off') as unsafe`,
  );
  if (!server) return [];
  const { version, number, now, unsafe } = server;
  return [
    number < OLDEST_THAT_WORKS
      ? failed('PostgreSQL', `version ${version}`, `Update it: ${OLDEST_THAT_WORKS} or newer is needed.`)
      : ok('PostgreSQL', `reached, version ${version}`),
    clockFinding('PostgreSQL clock', now.getTime(), asked),
    unsafe.length === 0
      ? ok('PostgreSQL sync', 'what was written is on the disk')
      : warning('PostgreSQL sync', `${unsafe.join(', ')}: off`, `Set ${unsafe.join(', ')} to on.`),
  ];
}

async function schemaFinding(database: DatabaseSession): Promise<Finding> {
  const name = 'schema';
  const { missing, newer } = schemaDifference((await database.migrations()) ?? []);
  if (newer.length > 0)
    return failed(
      name,
      `it is a newer one (${newer.join(', ')})`,
      'Use the command of the version that is running.',
    );
  if (missing.length > 0)
    return failed(name, `it lacks ${missing.join(', ')}`, 'Run the migration, then start the services anew.');
  return ok(name, `up to date (${MIGRATIONS.at(-1)})`);
}

async function storeFindings(database: DatabaseSession, partitions: number): Promise<Finding[]> {
  const held = await database.query<{ partition: number }>(
    'select partition from projection where lease_until > clock_timestamp()',
  );
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  const free = all.filter((partition) => !held.some((row) => row.partition === partition));
  const dead = await database.query<{ count: string }>(
    `select count(*) from dead_event where at > now() - interval '1 day'`,
  );
  const count = Number(dead[0]?.count ?? 0);
  return [
    free.length === 0
      ? ok('store', `each of ${partitions} partitions is in the hands of one`)
      : failed(
          'store',
          `no store holds partition ${free.join(', ')}`,
          'Start a store; its log says what it waits for.',
        ),
    ...(count === 0
      ? []
      : [
          warning(
            'dead events',
            `${count} since yesterday`,
            'Table dead_event has them, with their reasons.',
          ),
        ]),
  ];
}
