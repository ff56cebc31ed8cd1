import { migrate, openReadModel } from '@dasf-broker/readmodel';
import { createDatabase, eventually, expandSchema, NEXT_MIGRATION } from '@dasf-broker/testing';
import { expect, inject, it } from 'vitest';
import { createScene } from './testing/scene.ts';

/** It made the table of imports. */
const PENDING = '20261125233000-imports';
const internal = { host: '127.0.0.1', port: 0 };

it('an api on an older schema says what is missing and is not ready until the migration has run', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await using readModel = await openReadModel(database.url);
  const execute = (statement: string) => readModel.entities().execute(statement);
  await execute(`delete from schema_migration where name = '${PENDING}'`);
  await execute('drop table import_progress');
  await using scene = await createScene({}, { databaseUrl: database.url, internal });
  const ready = async () => (await fetch(new URL('/readyz?verbose', scene.api.monitoring.address))).text();
  const says = `The database's schema is older than this version: it lacks ${PENDING}. Run the migration.`;
  expect(await ready()).toContain(`[-] schema: ${says}\nnot ready\n`);
  await eventually(() => scene.lines.some((line) => line.includes(says)));
  await migrate(database.url);
  expect(await ready()).toContain('[+] schema: ok\nok\n');
});

it('an api on a newer schema says so once and is ready', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await expandSchema(database.url);
  await using scene = await createScene({}, { databaseUrl: database.url, internal });
  const told = () => scene.lines.filter((line) => line.includes(NEXT_MIGRATION));
  await eventually(() => told().length > 0);
  for (let time = 0; time < 3; time += 1) {
    const answer = await fetch(new URL('/readyz?verbose', scene.api.monitoring.address));
    expect(await answer.text()).toContain('[+] schema: ok\nok\n');
  }
  expect(told()).toHaveLength(1);
});
