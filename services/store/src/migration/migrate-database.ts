import { applyRights, type DatabaseRoles, migrate, schemaDifferenceAt } from '@dasf-broker/readmodel';

/**
 * Brings the schema up to date, and gives the services' roles their rights where they have roles of their own. Of a
 * newer schema it takes nothing away: services of the newer version may be running.
 *
 * @returns a sentence on what was done
 */
export async function migrateDatabase(url: string, roles: DatabaseRoles): Promise<string> {
  const { newer } = await schemaDifferenceAt(url);
  if (newer.length > 0)
    return `The database is of a newer version (${newer.join(', ')}); it and its rights stay as they are.`;
  const done = await migrate(url);
  if (Object.keys(roles).length > 0) await applyRights(url, roles);
  return done.length > 0
    ? `The database is up to date after ${done.join(', ')}.`
    : 'The database is up to date.';
}
