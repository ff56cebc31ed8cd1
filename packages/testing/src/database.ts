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

export interface TestRole extends AsyncDisposable {
  readonly name: string;
  /** The database's address, as the role gets in. */
  readonly url: string;
}

/** A user of the server without any rights; disposing takes him and what he was given away. */
export async function createRole(databaseUrl: string): Promise<TestRole> {
  const name = randomNamespace();
  const password = randomNamespace();
  await run(databaseUrl, `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  const url = new URL(databaseUrl);
  url.username = name;
  url.password = password;
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: () => run(databaseUrl, `DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`),
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
