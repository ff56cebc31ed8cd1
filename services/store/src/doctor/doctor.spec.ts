import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomNamespace } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { createBench, select } from '../testing/bench.ts';
import { databaseFindings } from './database-findings.ts';
import { clockFinding } from './finding.ts';
import { logFindings } from './log-findings.ts';
import { syncFinding, versionFinding } from './nats-server.ts';

const statesOf = (findings: readonly { name: string; state: string }[]) =>
  Object.fromEntries(findings.map(({ name, state }) => [name, state]));

/** nats-server's own monitoring. */
async function monitoring(answer: unknown) {
  const server = createServer((_request, response) => response.end(JSON.stringify(answer)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

describe('NATS', () => {
  it.each([
    ['2.11.9', 'failed'],
    ['2.12.3', 'warning'],
    ['2.12.12', 'ok'],
    ['2.15.1', 'ok'],
    ['3.0.0', 'ok'],
  ])('of version %s: %s', (version, state) => {
    expect(versionFinding(version).state).toBe(state);
  });

  it.each([
    [{ jetstream: { config: { sync_always: true, sync_interval: 120_000_000_000 } } }, 'ok'],
    [{ jetstream: { config: { sync_interval: 120_000_000_000 } } }, 'failed'],
    [{}, 'failed'],
  ])('that says %j: %s', async (answer, state) => {
    await using server = await monitoring(answer);
    expect((await syncFinding(server.url)).state).toBe(state);
  });

  it('that says nothing of syncing', async () => {
    expect(await syncFinding(undefined)).toMatchObject({
      state: 'warning',
      todo: expect.stringContaining('always'),
    });
    expect((await syncFinding('http://127.0.0.1:1/')).state).toBe('warning');
  });

  it('is looked at as it is', async () => {
    await using bench = await createBench();
    expect(statesOf(await logFindings(bench.config, undefined))).toEqual({
      NATS: 'ok',
      'NATS version': 'ok',
      'NATS sync': 'warning',
      'NATS clock': 'ok',
      // With one copy.
      log: 'warning',
    });
    const other = { ...bench.config, log: { ...bench.config.log, namespace: randomNamespace() } };
    expect((await logFindings(other, undefined)).at(-1)).toMatchObject({
      name: 'log',
      state: 'failed',
      says: expect.stringContaining('is not there yet'),
      todo: expect.stringContaining('migration'),
    });
    const away = { ...bench.config, natsUrl: 'nats://127.0.0.1:1' };
    expect(await logFindings(away, undefined)).toMatchObject([{ name: 'NATS', state: 'failed' }]);
  });
});

describe('PostgreSQL', () => {
  it('is looked at as it is', async () => {
    await using bench = await createBench();
    const store = bench.startStore();
    await store.ready;
    const good = { PostgreSQL: 'ok', 'PostgreSQL clock': 'ok', schema: 'ok', store: 'ok' };
    const { 'PostgreSQL sync': _, ...found } = statesOf(await databaseFindings(bench.config));
    expect(found).toEqual(good);
    await store[Symbol.asyncDispose]();
    expect(statesOf(await databaseFindings(bench.config))).toMatchObject({ store: 'failed' });
    await select(bench.readModel, `insert into dead_event values (0, 'e', 1, 's', 'h', '', 'why', now())`);
    expect(statesOf(await databaseFindings(bench.config))).toMatchObject({ 'dead events': 'warning' });
    await select(
      bench.readModel,
      `insert into schema_migration (name) values ('20991231000000-of-tomorrow')`,
    );
    expect(await databaseFindings(bench.config)).toContainEqual(
      expect.objectContaining({
        name: 'schema',
        state: 'failed',
        says: expect.stringContaining('of-tomorrow'),
      }),
    );
    await select(bench.readModel, 'delete from schema_migration where id >= 3');
    expect(await databaseFindings(bench.config)).toContainEqual(
      expect.objectContaining({
        name: 'schema',
        state: 'failed',
        todo: expect.stringContaining('Run the migration'),
      }),
    );
    const nowhere = new URL(inject('databaseUrl'));
    nowhere.pathname = '/nowhere';
    expect(await databaseFindings({ ...bench.config, databaseUrl: nowhere.href })).toMatchObject([
      { name: 'PostgreSQL', state: 'failed' },
    ]);
  });
});

it.each([
  [0, 'ok'],
  [900, 'ok'],
  [-900, 'ok'],
  [5000, 'warning'],
  [-5000, 'warning'],
  [60_000, 'failed'],
  [-60_000, 'failed'],
])('a clock that is %i ms ahead: %s', (ahead, state) => {
  const asked = Date.UTC(2030, 0, 1);
  expect(clockFinding('clock', asked + ahead, asked, asked + 50)).toMatchObject({ name: 'clock', state });
});
