import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { MIGRATIONS, READ_MODEL_TABLES } from '@dasf-broker/readmodel';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Bench, createBench, select } from '../testing/bench.ts';
import { trafficOf } from '../testing/drive.ts';
import { eventsOf } from '../testing/events.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { BackupFile } from './backup-file.ts';
import { backupPath } from './backup-path.ts';
import { BackupWriter } from './backup-writer.ts';
import { FORMAT, type Manifest } from './manifest.ts';
import { takeBackup } from './take-backup.ts';

const { message } = eventsOf('uid-1');
const { signal } = new AbortController();

const countsOf = async ({ readModel }: Bench) =>
  Object.fromEntries(
    await Promise.all(
      READ_MODEL_TABLES.map(async (table) => {
        const [row] = await select(readModel, `select count(*)::int as count from ${table}`);
        return [table, row?.['count']] as const;
      }),
    ),
  );

test('a backup says what it holds and how far that goes, and is for its owner alone', async () => {
  await using bench = await createBench({ partitions: 2 });
  await using folder = await temporaryFolder();
  await bench.startStore().ready;
  await trafficOf(bench, 1)(2000);
  const last = await bench.folded();
  const path = join(folder.path, 'store.zip');
  await takeBackup(bench.config.databaseUrl, path, signal);
  using backup = await BackupFile.open(path);
  await backup.check(signal);
  const { manifest } = backup;
  expect(manifest).toMatchObject({ format: FORMAT, migrations: MIGRATIONS });
  expect(Object.fromEntries(manifest.tables.map(({ name, rows }) => [name, rows]))).toEqual(
    await countsOf(bench),
  );
  const { epoch } = await bench.streams.end(0);
  expect(manifest.cursors[0]).toEqual({ partition: 0, epoch, sequence: last, ownerEpoch: 1 });
  expect(manifest.cursors).toHaveLength(2);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder.path)).toEqual(['store.zip']);
});

test('rows and cursor are of one moment, while the store goes on', async () => {
  await using bench = await createBench();
  await using folder = await temporaryFolder();
  await bench.startStore().ready;
  let going = true;
  const publishing = (async () => {
    while (going) await bench.append(message('a', 'store'));
  })();
  for (let number = 0; number < 5; number += 1) {
    const path = join(folder.path, `${number}.zip`);
    const { cursors, tables } = await takeBackup(bench.config.databaseUrl, path, signal);
    // Each event left a row.
    const rows = tables.find(({ name }) => name === 'message')?.rows;
    expect(cursors[0]?.sequence ?? 0).toBe(rows);
  }
  going = false;
  await publishing;
});

describe('a file that is not as it was written is refused', () => {
  let whole: Buffer;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await using bench = await createBench();
    bench.startStore();
    for (let index = 0; index < 20; index += 1) {
      await bench.append(message(`m${index}`, 'store', { frame: Buffer.from(crypto.randomUUID()) }));
    }
    await bench.folded();
    const path = join(folder.path, 'whole.zip');
    await takeBackup(bench.config.databaseUrl, path, signal);
    whole = await readFile(path);
    return () => folder[Symbol.asyncDispose]();
  });

  /** Why it is refused; nothing where it is taken. */
  async function refusal(content: Buffer): Promise<string | undefined> {
    const path = join(folder.path, 'other.zip');
    await writeFile(path, content);
    try {
      using backup = await BackupFile.open(path);
      await backup.check(signal);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  test('cut anywhere', async () => {
    expect(await refusal(whole)).toBeUndefined();
    for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 40)) {
      expect(await refusal(whole.subarray(0, length)), `${length} bytes`).toContain('was cut or altered');
    }
    expect(await refusal(whole.subarray(0, -1))).toContain('was cut or altered');
  });

  test('altered anywhere that counts', async () => {
    const taken: number[] = [];
    for (let place = 0; place < whole.length; place += 7) {
      const altered = Buffer.from(whole);
      altered[place] = (altered[place] ?? 0) ^ 0x10;
      const why = await refusal(altered);
      if (why === undefined) taken.push(place);
      else expect(why).toContain('was cut or altered');
    }
    // Local headers repeat what the directory says, times and attributes say nothing: what is read is as it was.
    expect(taken.length * 7).toBeLessThan(whole.length / 3);
  });

  test('a manifest or a table of another backup', async () => {
    using backup = await BackupFile.open(join(folder.path, 'whole.zip'));
    const { manifest } = backup;
    const pack = async (name: string, change: (manifest: Manifest) => Manifest, rows = 'x') => {
      const path = join(folder.path, name);
      await using writer = new BackupWriter(path);
      const written = await writer.add('topic', Readable.from([Buffer.from(rows)]));
      const tables = [{ name: 'topic', columns: [], rows: 1, ...written }];
      await writer.finish(change({ ...manifest, tables }));
      return await refusal(await readFile(path));
    };
    expect(await pack('good.zip', (made) => made)).toBeUndefined();
    const other = ({ tables, ...rest }: Manifest) => ({
      ...rest,
      tables: [...tables, ...manifest.tables.slice(1)],
    });
    expect(await pack('lacking.zip', other)).toContain('table topic_grant is missing');
    const altered = (made: Manifest) => ({
      ...made,
      tables: made.tables.map((one) => ({ ...one, bytes: 2 })),
    });
    expect(await pack('longer.zip', altered)).toContain('table topic is not the one that was written');
  });

  test('of a version to come', async () => {
    using backup = await BackupFile.open(join(folder.path, 'whole.zip'));
    const { manifest } = backup;
    const write = async (name: string, made: Manifest) => {
      await using writer = new BackupWriter(join(folder.path, name));
      await writer.finish({ ...made, tables: [] });
      return await refusal(await readFile(join(folder.path, name)));
    };
    expect(await write('f.zip', { ...manifest, format: FORMAT + 1 })).toContain(`reads up to ${FORMAT}`);
    const migrations = [...MIGRATIONS, '20991231000000-of-tomorrow'];
    expect(await write('m.zip', { ...manifest, migrations })).toContain(
      'newer schema (20991231000000-of-tomorrow)',
    );
  });

  test('what is no backup at all', async () => {
    expect(await refusal(Buffer.from('PGDMP'))).toContain('is no backup of the store');
    await expect(BackupFile.open(folder.path)).rejects.toThrow('it is a folder');
    await expect(BackupFile.open(join(folder.path, 'none.zip'))).rejects.toThrow('cannot be read');
  });
});

test('a backup that does not come about leaves nothing behind', async () => {
  await using bench = await createBench();
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'store.zip');
  const stopping = new AbortController();
  {
    await using writer = new BackupWriter(path);
    const source = new PassThrough();
    source.write('a row');
    const adding = writer.add('topic', source);
    source.destroy(new Error('the database went away'));
    await expect(adding).rejects.toThrow('the database went away');
  }
  expect(await readdir(folder.path)).toEqual([]);
  stopping.abort();
  await expect(takeBackup(bench.config.databaseUrl, path, stopping.signal)).rejects.toThrow();
  await expect(takeBackup(bench.config.databaseUrl, join(folder.path, 'no/such'), signal)).rejects.toThrow(
    'could not be written (ENOENT',
  );
  await select(bench.readModel, `insert into schema_migration (name) values ('20991231000000-of-tomorrow')`);
  await expect(takeBackup(bench.config.databaseUrl, path, signal)).rejects.toThrow('a newer schema');
  await select(bench.readModel, 'drop table schema_migration');
  await expect(takeBackup(bench.config.databaseUrl, path, signal)).rejects.toThrow('nothing to back up');
  expect(await readdir(folder.path)).toEqual([]);
});

test('it goes to the file that was named, or to one with the time in its name', async () => {
  await using folder = await temporaryFolder();
  const now = new Date('2026-11-25T13:16:05.123Z');
  const file = join(folder.path, 'a.zip');
  expect(backupPath(file, now)).toBe(file);
  expect(backupPath(folder.path, now)).toBe(join(folder.path, 'dasf-store-20261125T131605Z.zip'));
  await writeFile(file, '');
  expect(() => backupPath(file, now)).toThrow('is there already');
  expect(() => backupPath(join(folder.path, 'none/a.zip'), now)).toThrow(`no folder ${folder.path}/none`);
  expect(() => backupPath(join(folder.path, 'none/'), now)).toThrow('make it first');
});
