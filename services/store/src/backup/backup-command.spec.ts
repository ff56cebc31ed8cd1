import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBench, select } from '../testing/bench.ts';
import { eventsOf } from '../testing/events.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { verifyBench } from '../testing/verify-bench.ts';
import { backupCommand } from './backup-command.ts';

const { message } = eventsOf('uid-1');
const { signal } = new AbortController();
const OLD = ['dasf-store-20261124T030000Z.zip', 'dasf-store-20261125T030000Z.zip'];
const OTHERS = ['dasf-store.zip', 'dasf-store-20261124T030000Z.zip.txt', 'notes.txt'];

test('so many backups are kept in a folder, the newest; what is none stays', async () => {
  await using bench = await createBench();
  await using folder = await temporaryFolder();
  const store = bench.startStore();
  await bench.append(message('a', 'store'));
  await bench.folded();
  await store[Symbol.asyncDispose]();
  const abandoned = join(folder.path, `${OLD[0]}.17.partial`);
  const atWork = `${OLD[1]}.18.partial`;
  for (const name of [...OLD, ...OTHERS, atWork]) await writeFile(join(folder.path, name), '');
  await writeFile(abandoned, '');
  await utimes(abandoned, 0, 0);

  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  expect(
    await backupCommand(['--to', folder.path, '--keep', '2'], { config: bench.config, signal, say }),
  ).toBe(0);
  const left = await readdir(folder.path);
  const taken = left.filter((name) => /^dasf-store-\w+Z\.zip$/.test(name) && !OLD.includes(name));
  expect(taken).toHaveLength(1);
  expect(left.toSorted()).toEqual([OLD[1], ...OTHERS, atWork, ...taken].toSorted());
  expect(said).toContain(`${OLD[0]} is removed (--keep 2).`);
  expect((await verifyBench(bench, join(folder.path, taken[0] ?? ''))).said).toEqual([]);
});

test('a backup does not give way to others that a wrong clock has dated later', async () => {
  await using bench = await createBench();
  await using folder = await temporaryFolder();
  const later = ['dasf-store-29991124T030000Z.zip', 'dasf-store-29991125T030000Z.zip'];
  for (const name of later) await writeFile(join(folder.path, name), '');
  const words = ['--to', folder.path, '--keep', '2'];
  const said: string[] = [];
  await backupCommand(words, { config: bench.config, signal, say: (line) => void said.push(line) });
  expect(said).toContain(`${later[0]} is removed (--keep 2).`);
  const left = (await readdir(folder.path)).toSorted();
  expect(left).toEqual([expect.stringMatching(/^dasf-store-20/), later[1]]);
});

test('a store’s own rights on the database are enough for a backup, and to tell the stores of it', async () => {
  await using bench = await createBench();
  await using folder = await temporaryFolder();
  const store = bench.startStore();
  await bench.append(message('a', 'store'));
  await bench.folded();
  await store[Symbol.asyncDispose]();
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const config = { ...bench.config, databaseUrl: bench.storeUrl, natsUrl: 'nats://127.0.0.1:1' };
  expect(await backupCommand(['--to', folder.path], { config, signal, say })).toBe(0);
  expect(said.join('\n')).toContain('Partition 0 up to 1.');
  expect(said.join('\n')).not.toContain('could not be told');
  expect(await select(bench.readModel, 'select backup_seq::int as seq from projection')).toEqual([
    { seq: 1 },
  ]);
});

test.each([
  ['0', '.', /takes how many are kept/],
  ['all', '.', /not "all"/],
  ['3', 'store.zip', /is for a folder/],
])('--keep %s with --to %s is refused before anything is done', async (keep, to, reason) => {
  await using bench = await createBench();
  await using folder = await temporaryFolder();
  const words = ['--to', join(folder.path, to), '--keep', keep];
  await expect(backupCommand(words, { config: bench.config, signal, say: () => {} })).rejects.toThrow(reason);
  expect(await readdir(folder.path)).toEqual([]);
});
