import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { Lease } from './cursor.ts';

/** How far a backup of a partition goes. */
export interface BackupMark {
  readonly partition: number;
  readonly epoch: string;
  readonly sequence: number;
}

/**
 * Tells the stores how far the newest backup goes: the log keeps for it what comes after.
 *
 * @param taken by the database's clock, as an ISO string
 */
export async function markBackup(db: Database, marks: readonly BackupMark[], taken: string): Promise<void> {
  await sql`
    update projection p set backup_seq = b.seq, backup_at = ${taken}::timestamptz
    from unnest(${marks.map(({ partition }) => partition)}::int[], ${marks.map(({ epoch }) => epoch)}::text[],
      ${marks.map(({ sequence }) => sequence)}::bigint[]) as b(partition, epoch, seq)
    where p.partition = b.partition and p.epoch = b.epoch
      and (p.backup_at is null or p.backup_at <= ${taken}::timestamptz)`.execute(db);
}

/**
 * How far the newest backup goes; `undefined` where none is known that is young enough.
 *
 * @param retention milliseconds, by the database's clock
 */
export async function readBackupMark(
  db: Database,
  lease: Lease,
  retention: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ backup_seq: string }>`
    select backup_seq from projection
    where partition = ${lease.partition} and owner_epoch = ${lease.ownerEpoch}
      and backup_at > clock_timestamp() - ${retention}::float8 * interval '1 millisecond'`.execute(db);
  const [row] = rows;
  return row && Number(row.backup_seq);
}
