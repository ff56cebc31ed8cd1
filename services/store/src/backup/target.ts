import { MIGRATIONS, READ_MODEL_TABLES } from '@dasf-broker/readmodel';
import { CommandFault } from '../command-fault.ts';
import type { DatabaseSession } from '../database-session.ts';
import type { SnapshotCursor } from './manifest.ts';
import type { Reach } from './reach.ts';

/** A query that reads several tables may hold one that is locked here while it waits for another. */
const LOCK_ATTEMPTS = 10;
const LOCK_TIMEOUT_MS = 5000;
const IN_THE_WAY = new Set(['55P03', '40P01']);
/** More than a partition can have changed hands since a backup was taken. */
const OWNER_EPOCHS_AHEAD = 1_000_000;

/** @throws {CommandFault} where the database is of a version that this one does not know */
export async function assertKnownSchema(session: DatabaseSession): Promise<void> {
  const unknown = (await session.migrations())?.find((name, index) => name !== MIGRATIONS[index]);
  if (unknown === undefined) return;
  throw new CommandFault(
    `The database has a newer schema (${unknown}) than this version knows: restore with the version that runs.`,
  );
}

/** @throws {CommandFault} where there is something in the database */
export async function assertEmpty(session: DatabaseSession): Promise<void> {
  const tables = await session.query<{ name: string }>(
    'select name from unnest($1::text[]) as name where to_regclass(name) is not null',
    [['projection', ...READ_MODEL_TABLES]],
  );
  // A store that found no log to fold has left its name and nothing else.
  const rows = tables.map(
    ({ name }) => `select from ${name} ${name === 'projection' ? 'where seq > 0' : ''}`,
  );
  const [found] = await session.query<{ any: boolean }>(
    `select ${['false', ...rows.map((query) => `exists (${query})`)].join(' or ')} as any`,
  );
  if (!found?.any) return;
  throw new CommandFault(
    'The database is not empty: name an empty one in DASF_DATABASE_URL, or say --replace for what it holds to be ' +
      'replaced.',
  );
}

/**
 * Begins a transaction in which nobody else reads or writes the tables. A worker that is writing finishes first;
 * one that comes later finds that the partition is in other hands.
 */
export async function beginAlone(session: DatabaseSession): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await session.run(`begin; set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
    try {
      // Workers take the cursor first: once it is had, none of them is amid a transaction.
      await session.run(`lock table projection, ${READ_MODEL_TABLES.join(', ')} in access exclusive mode`);
      await session.run('set local lock_timeout = 0');
      return;
    } catch (error) {
      await session.run('rollback');
      if (attempt === LOCK_ATTEMPTS || !IN_THE_WAY.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

/** Says from where each partition is folded on, and that whoever folded it before does so no more. */
export async function writeCursors(
  session: DatabaseSession,
  cursors: readonly SnapshotCursor[],
  reaches: readonly Reach[],
): Promise<void> {
  const highest = await highestOwnerEpoch(session, cursors);
  const begun = reaches.filter(({ epoch }) => epoch !== null);
  await session.run('truncate projection');
  await session.query(
    `insert into projection (partition, epoch, seq, owner_epoch, updated_at, backup_seq, backup_at)
     select partition, epoch, seq, $4::bigint, now(), seq, now()
     from unnest($1::int[], $2::text[], $3::bigint[]) as c(partition, epoch, seq)`,
    [
      begun.map(({ partition }) => partition),
      begun.map(({ epoch }) => epoch),
      begun.map(({ sequence, lost }) => lost?.last ?? sequence),
      highest + OWNER_EPOCHS_AHEAD,
    ],
  );
}

/** Of the database, and of the snapshot: the database may be a new one, while workers of the old one sleep. */
async function highestOwnerEpoch(
  session: DatabaseSession,
  cursors: readonly SnapshotCursor[],
): Promise<number> {
  const [row] = await session.query<{ highest: string }>(
    'select coalesce(max(owner_epoch), 0) as highest from projection',
  );
  return Math.max(Number(row?.highest ?? 0), ...cursors.map(({ ownerEpoch }) => ownerEpoch));
}
