import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { ormOptions } from './options.ts';

/** Any number that nobody else locks in this database. */
const LOCK = 7_233_150_041;

/**
 * A table that is being read for long is not to be had; whoever came after the migration would wait behind it
 * meanwhile, the stores among them.
 */
const LOCK_TIMEOUT_MS = 3000;

/**
 * Brings the database's schema up to date, or back: several processes at once take turns.
 *
 * @param target `up` (default), or `down` to undo everything
 * @throws SQLSTATE 55P03 or 40P01 where others were in the way; nothing of the migration at hand is done then
 * @returns the names of the migrations that were run
 */
export async function migrate(databaseUrl: string, target: 'up' | 'down' = 'up'): Promise<string[]> {
  const driverOptions = { lock_timeout: LOCK_TIMEOUT_MS };
  const orm = await MikroORM.init({ ...ormOptions(databaseUrl), driverOptions, pool: { min: 0, max: 2 } });
  try {
    // The lock belongs to a connection of its own, since each migration has a transaction of its own.
    return await orm.em
      .getKysely()
      .connection()
      .execute(async (connection) => {
        await sql`set lock_timeout = 0`.execute(connection);
        await sql`select pg_advisory_lock(${LOCK})`.execute(connection);
        const done = target === 'up' ? await orm.migrator.up() : await orm.migrator.down({ to: 0 });
        await sql`select pg_advisory_unlock(${LOCK})`.execute(connection);
        return done.map((migration) => migration.name);
      });
  } finally {
    await orm.close(true);
  }
}
