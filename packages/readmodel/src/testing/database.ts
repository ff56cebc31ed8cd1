import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { inject } from 'vitest';
import { ormOptions } from '../options.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** An empty database of its own, dropped at the end. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `dasf_${crypto.randomUUID().replaceAll('-', '')}`;
  await administrate(`create database ${name}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => administrate(`drop database if exists ${name} with (force)`),
  };
}

async function administrate(statement: string): Promise<void> {
  const orm = new MikroORM(ormOptions(inject('databaseUrl')));
  await sql.raw(statement).execute(orm.em.getKysely());
  await orm.close(true);
}
