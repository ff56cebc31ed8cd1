import pg from 'pg';

/**
 * Takes a test's database away from everybody, as far as they can tell: connections end and none is taken.
 * Disposing gives it back.
 *
 * @param adminUrl another database of the same server
 */
export async function databaseOutage(adminUrl: string, databaseUrl: string): Promise<AsyncDisposable> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const allow = (allowed: boolean) => run(adminUrl, `alter database ${name} allow_connections ${allowed}`);
  await allow(false);
  await run(adminUrl, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  return { [Symbol.asyncDispose]: () => allow(true) };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
