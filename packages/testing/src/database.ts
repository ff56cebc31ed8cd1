import pg from 'pg';
import { randomNamespace } from './namespace.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** An empty database on the shared server; disposing drops it, also under connections that are still open. */
export async function createDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = randomNamespace();
  await run(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => run(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
