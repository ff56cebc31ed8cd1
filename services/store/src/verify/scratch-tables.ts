import { READ_MODEL_TABLES } from '@dasf-broker/readmodel';
import type { BackupFile } from '../backup/backup-file.ts';
import { makeTables } from '../backup/load-snapshot.ts';
import type { ScratchSchema } from './scratch-schema.ts';

/** Makes the tables of a scratch schema, as they were at a backup or empty, with the cursors that belong to them. */
export async function makeScratchTables(
  { session, name }: ScratchSchema,
  backup: BackupFile | undefined,
  signal: AbortSignal,
): Promise<void> {
  // Nobody needs them after a crash, and the database's own log is not for them.
  const unlogged = async () => {
    const tables = await session.query<{ name: string }>(
      `select format('%I', relname) as name from pg_class
       where relnamespace = current_schema()::regnamespace and relkind = 'r'`,
    );
    for (const { name } of tables) await session.run(`alter table ${name} set unlogged`);
  };
  await makeTables({ session, schema: name, signal }, backup, unlogged);
  const cursors = backup?.manifest.cursors ?? [];
  await session.query(
    `insert into projection (partition, epoch, seq)
     select * from unnest($1::int[], $2::text[], $3::bigint[])`,
    [
      cursors.map(({ partition }) => partition),
      cursors.map(({ epoch }) => epoch),
      cursors.map(({ sequence }) => sequence),
    ],
  );
  if (backup) await session.run(`analyze ${READ_MODEL_TABLES.join(', ')}`);
}
