import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';

/** Another worker has the partition now; what this one holds in memory is void. */
export class Fenced extends Error {
  readonly code = 'PARTITION_FENCED';

  constructor(partition: number) {
    super(`Partition ${partition} is in other hands.`);
    this.name = 'Fenced';
  }
}

/** The right to write a partition, as long as nobody has a newer one. */
export interface Lease {
  readonly partition: number;
  /** The fencing token. */
  readonly ownerEpoch: number;
}

export interface Cursor {
  /** Which log; `null` until a first worker has looked. */
  readonly epoch: string | null;
  readonly sequence: number;
}

/**
 * Takes over a partition that nobody holds, or that `owner` held before. The database's clock decides.
 *
 * @param leaseMs milliseconds until others may take it
 * @returns `undefined` where another one holds it
 */
export async function acquireLease(
  db: Database,
  partition: number,
  owner: string,
  leaseMs: number,
): Promise<(Lease & Cursor) | undefined> {
  await sql`insert into projection (partition) values (${partition}::int) on conflict do nothing`.execute(db);
  const { rows } = await sql<{ owner_epoch: string; epoch: string | null; seq: string }>`
    update projection set owner = ${owner}, owner_epoch = owner_epoch + 1, lease_until = ${leaseEnd(leaseMs)}
    where partition = ${partition}
      and (lease_until is null or lease_until < clock_timestamp() or owner = ${owner})
    returning owner_epoch, epoch, seq`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  return { partition, ownerEpoch: Number(row.owner_epoch), epoch: row.epoch, sequence: Number(row.seq) };
}

/** @throws {Fenced} */
export async function renewLease(db: Database, lease: Lease, leaseMs: number): Promise<void> {
  const { numAffectedRows } = await sql`
    update projection set lease_until = ${leaseEnd(leaseMs)}
    where partition = ${lease.partition} and owner_epoch = ${lease.ownerEpoch}`.execute(db);
  if (numAffectedRows !== 1n) throw new Fenced(lease.partition);
}

/** Lets another worker have the partition at once. */
export async function releaseLease(db: Database, lease: Lease): Promise<void> {
  await sql`
    update projection set owner = null, lease_until = null
    where partition = ${lease.partition} and owner_epoch = ${lease.ownerEpoch}`.execute(db);
}

/** @throws {Fenced} */
export async function readCursor(db: Database, lease: Lease): Promise<Cursor> {
  const { rows } = await sql<{ epoch: string | null; seq: string }>`
    select epoch, seq from projection
    where partition = ${lease.partition} and owner_epoch = ${lease.ownerEpoch}`.execute(db);
  const [row] = rows;
  if (!row) throw new Fenced(lease.partition);
  return { epoch: row.epoch, sequence: Number(row.seq) };
}

/**
 * Says from which log the partition is folded, for good.
 *
 * @throws {Fenced}
 */
export async function adoptEpoch(db: Database, lease: Lease, epoch: string): Promise<void> {
  const { numAffectedRows } = await sql`
    update projection set epoch = ${epoch}
    where partition = ${lease.partition} and owner_epoch = ${lease.ownerEpoch}
      and epoch is null and seq = 0`.execute(db);
  if (numAffectedRows !== 1n) throw new Fenced(lease.partition);
}

/**
 * Moves the cursor, first thing in the transaction that writes what lies between: a worker that was paused
 * and replaced in the meantime writes nothing.
 *
 * @throws {Fenced}
 */
export async function moveCursor(
  db: Database,
  lease: Lease,
  from: number,
  to: number,
  leaseMs: number,
): Promise<void> {
  const { numAffectedRows } = await sql`
    update projection set seq = ${to}, updated_at = clock_timestamp(), lease_until = ${leaseEnd(leaseMs)}
    where partition = ${lease.partition} and owner_epoch = ${lease.ownerEpoch} and seq = ${from}`.execute(db);
  if (numAffectedRows !== 1n) throw new Fenced(lease.partition);
}

function leaseEnd(leaseMs: number) {
  return sql`clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'`;
}
