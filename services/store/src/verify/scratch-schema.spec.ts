import { expect, test } from 'vitest';
import { type Bench, createBench, select } from '../testing/bench.ts';
import { trafficOf } from '../testing/drive.ts';
import { verifyBench } from '../testing/verify-bench.ts';
import { ProgressLine } from './progress-line.ts';
import { Report } from './report.ts';
import { ScratchSchema } from './scratch-schema.ts';
import { verify } from './verify.ts';

const schemasOf = async ({ readModel }: Bench) =>
  (
    await select(readModel, `select nspname as name from pg_namespace where nspname like 'dasf%' order by 1`)
  ).map(({ name }) => name);

test('what a killed run left behind goes with the next one; what another one uses stays', async () => {
  await using bench = await createBench();
  await using used = await ScratchSchema.create(bench.config.databaseUrl);
  await select(bench.readModel, 'create schema dasf_verify_0123456789ab');
  await select(bench.readModel, 'create table dasf_verify_0123456789ab.topic (uid text)');
  await verifyBench(bench);
  expect(await schemasOf(bench)).toEqual([used.name]);
});

test('a run that is stopped leaves nothing behind, also amid a statement', async () => {
  await using bench = await createBench();
  await bench.startStore().ready;
  await trafficOf(bench, 4)(1500);
  await bench.folded();
  const stopping = new AbortController();
  const progress = new ProgressLine({ write: () => {} });
  const add = progress.add.bind(progress);
  progress.add = (events) => {
    add(events);
    stopping.abort();
  };
  const options = { backup: undefined, progress, report: new Report(() => {}) };
  await expect(verify(bench.config, options, stopping.signal)).rejects.toThrow();
  expect(progress.done).toBeLessThan(1500);
  expect(await schemasOf(bench)).toEqual([]);
  {
    await using scratch = await ScratchSchema.create(bench.config.databaseUrl);
    await scratch.session.run('create table t (n int)');
    scratch.session.run('lock table t; select pg_sleep(60)').catch(() => {});
  }
  expect(await schemasOf(bench)).toEqual([]);
});

test('a user who may make no schema is told what is missing', async () => {
  await using bench = await createBench();
  const role = `r${crypto.randomUUID().slice(0, 8)}`;
  await select(bench.readModel, `create role ${role} login password 'secret'`);
  try {
    const url = new URL(bench.config.databaseUrl);
    url.username = role;
    url.password = 'secret';
    await expect(ScratchSchema.create(url.href)).rejects.toThrow('grant create on database');
  } finally {
    await select(bench.readModel, `drop role ${role}`);
  }
});
