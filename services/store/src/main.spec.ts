import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createBench } from './testing/bench.ts';

const run = (script: string, env: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });

const saidOn = async (stream: Readable | null) => (stream ? await text(stream) : '');

const exitCodeOf = async (child: ChildProcess) => (await once(child, 'exit'))[0];

test('says that it is ready, and ends on SIGTERM with what it has written', async () => {
  await using bench = await createBench();
  const { natsUrl, databaseUrl, log } = bench.config;
  const child = run('./main.ts', {
    DASF_NATS_URL: natsUrl,
    DASF_DATABASE_URL: databaseUrl,
    DASF_NAMESPACE: log.namespace,
    DASF_LOG_PARTITIONS: '1',
  });
  const exit = exitCodeOf(child);
  const [ready] = await once(child, 'message');
  expect(ready).toEqual({ ready: true });
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});

test('names what is wrong with its settings and exits with 78', async () => {
  const child = run('./main.ts', { DASF_LOG_PARTITIONS: 'many' });
  const [code, said] = await Promise.all([exitCodeOf(child), saidOn(child.stderr)]);
  expect(code).toBe(78);
  expect(said).toContain('DASF_LOG_PARTITIONS is "many"');
  expect(said).toContain('DASF_DATABASE_URL is not set');
});

test('the migration says what it did, and why it cannot', async () => {
  await using bench = await createBench();
  const { natsUrl, databaseUrl, log } = bench.config;
  const good = run('./migrate.ts', {
    DASF_NATS_URL: natsUrl,
    DASF_DATABASE_URL: databaseUrl,
    DASF_NAMESPACE: log.namespace,
  });
  expect(await Promise.all([exitCodeOf(good), saidOn(good.stdout)])).toEqual([
    0,
    'The database is up to date.\nThe log is up to date.\n',
  ]);
  const bad = run('./migrate.ts', {});
  const [code, said] = await Promise.all([exitCodeOf(bad), saidOn(bad.stdout)]);
  expect(code).toBe(1);
  expect(said).toContain('DASF_DATABASE_URL is not set');
});
