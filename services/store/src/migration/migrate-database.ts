import { applyRights, type DatabaseRoles, migrate } from '@dasf-broker/readmodel';

/**
 * Brings the schema up to date, and gives the services' roles their rights where they have roles of their own.
 *
 * @returns a sentence on what was done
 */
export async function migrateDatabase(url: string, roles: DatabaseRoles): Promise<string> {
  const done = await migrate(url);
  if (Object.keys(roles).length > 0) await applyRights(url, roles);
  return done.length > 0
    ? `The database is up to date after ${done.join(', ')}.`
    : 'The database is up to date.';
}
