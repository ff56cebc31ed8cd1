import { createDatabase, createRole } from '@dasf-broker/testing';
import pg from 'pg';

/** A database with the three roles of docs/rights.md; their names are its own. */
export async function rolesOnDatabase(serverUrl: string) {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createDatabase(serverUrl));
  // Dropped after the database, which belongs to one of them.
  const roles = {
    migration: await createRole(serverUrl),
    store: await createRole(serverUrl),
    api: await createRole(serverUrl),
  };
  const name = new URL(database.url).pathname.slice(1);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(`
      alter database ${name} owner to ${roles.migration.name};
      revoke all on database ${name} from public;
      grant connect on database ${name} to ${roles.store.name}, ${roles.api.name};
      alter role ${roles.api.name} in database ${name} set default_transaction_read_only = on`);
  } finally {
    await client.end();
  }
  const closing = opening.move();
  const urlOf = (role: { url: string }) => Object.assign(new URL(role.url), { pathname: `/${name}` }).href;
  return {
    urls: { migration: urlOf(roles.migration), store: urlOf(roles.store), api: urlOf(roles.api) },
    roles: { store: roles.store.name, api: roles.api.name },
    [Symbol.asyncDispose]: async () => {
      await closing.disposeAsync();
      for (const role of Object.values(roles)) await role[Symbol.asyncDispose]();
    },
  };
}
