import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@dasf-broker/testing';
import { inject } from 'vitest';
import { TheirBroker } from '../../comparison/brokers/theirs.ts';
import { DjangoProject } from '../../comparison/setup/django-project.ts';
import type { Operator } from '../../comparison/setup/operator.ts';

export const KINDS = ['SQLite', 'PostgreSQL'] as const;
export type Kind = (typeof KINDS)[number];

/** dasf-broker-django as it runs, and the address of its database as an import takes it. */
export interface OldBroker extends AsyncDisposable {
  readonly broker: TheirBroker;
  readonly operator: Operator;
  readonly database: string;
}

export async function startOldBroker(kind: Kind): Promise<OldBroker> {
  const django = inject('django');
  if ('missing' in django) throw new Error(django.missing);
  await using opening = new AsyncDisposableStack();
  let url: string;
  let database: string;
  if (kind === 'SQLite') {
    const folder = opening.use(await mkdtempDisposable(join(tmpdir(), 'dasf-old-broker-')));
    const file = join(folder.path, 'db.sqlite3');
    url = `sqlite://${file}`;
    database = `sqlite:///${file}`;
  } else {
    url = database = opening.use(await createDatabase(inject('databaseUrl'))).url;
  }
  const project = opening.use(await DjangoProject.start(django, url));
  const broker = await TheirBroker.start(project, {});
  const closing = opening.move();
  return {
    broker,
    operator: project.operator,
    database,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
