import { askBacklog } from '@dasf-broker/backlog';
import { LogStreams } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { eventually } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { type Bench, createBench, select } from './testing/bench.ts';
import { eventsOf } from './testing/events.ts';
import { FAST_TIMES } from './testing/fast-times.ts';

const { message } = eventsOf('uid-1');

async function recreateLog(bench: Bench): Promise<void> {
  const jsm = await jetstreamManager(bench.nc);
  await jsm.streams.delete(bench.streams.subjects.stream(0));
  await LogStreams.prepare(bench.nc, bench.config.log);
}

test('another log than the one that was folded halts the partition, questions are refused', async () => {
  await using bench = await createBench();
  const store = bench.startStore({ times: FAST_TIMES });
  await bench.append(message('a', 'cache'), message('b', 'cache'));
  await bench.folded();
  await recreateLog(bench);
  await bench.append(message('x', 'cache'), message('y', 'cache'), message('z', 'cache'));
  await eventually(() => store.health()[0]?.state === 'halted');
  expect(store.health()[0]?.reason).toContain(
    'Restore the log that belongs to this database ("nats stream restore")',
  );
  expect(store.health()[0]?.reason).toContain('docs/backup.md');
  const question = { partition: 0, topic: 'weather' as Slug, uid: 'uid-1', user: 'ann', after: 0, upTo: 1 };
  await expect(askBacklog(bench.nc, bench.streams.subjects, question, 5000)).rejects.toThrow('is halted');
  expect(await select(bench.readModel, 'select message_id from message order by seq')).toEqual([
    { message_id: 'a' },
    { message_id: 'b' },
  ]);
});

test('a log that is older than the database, or lacks its next event, halts the partition', async () => {
  await using bench = await createBench();
  await bench.append(message('a', 'cache'), message('b', 'cache'), message('c', 'cache'));
  const { epoch } = await bench.streams.end(0);
  await select(bench.readModel, `insert into projection (partition, epoch, seq) values (0, '${epoch}', 9)`);
  const store = bench.startStore({ times: FAST_TIMES });
  await eventually(() => store.health()[0]?.state === 'halted');
  expect(store.health()[0]?.reason).toContain('the log ends at 3, but the database holds what came up to 9');
  expect(store.health()[0]?.reason).toContain('"dasf store restore --replace"');

  await select(bench.readModel, 'update projection set seq = 1');
  await eventually(() => store.health()[0]?.state === 'serving');
  await bench.folded();
  await store[Symbol.asyncDispose]();

  await select(bench.readModel, 'update projection set seq = 0');
  const jsm = await jetstreamManager(bench.nc);
  await jsm.streams.purge(bench.streams.subjects.stream(0), { seq: 3 });
  const other = bench.startStore({ times: FAST_TIMES });
  await eventually(() => other.health()[0]?.state === 'halted');
  expect(other.health()[0]?.reason).toContain('begins at 3, but the database holds only what came up to 0');
  expect(other.health()[0]?.reason).toContain(
    'newer backup of the database ("dasf store restore --replace")',
  );
});

test('a restarted store resumes where the last one ended', async () => {
  await using bench = await createBench();
  const store = bench.startStore();
  await bench.append(message('a', 'cache'));
  await bench.folded();
  await store[Symbol.asyncDispose]();
  await bench.append(message('b', 'cache'));
  bench.startStore();
  await bench.folded();
  const [row] = await select(bench.readModel, 'select seq::int, owner_epoch::int from projection');
  expect(row).toEqual({ seq: 2, owner_epoch: 2 });
  expect(await select(bench.readModel, 'select message_id from message order by seq')).toHaveLength(2);
});
