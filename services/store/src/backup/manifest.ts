import { MIGRATIONS } from '@dasf-broker/readmodel';
import { CommandFault } from '../command-fault.ts';

/** Grows where a reader of before could not read what is written now. */
export const FORMAT = 1;

/** How far a partition was folded. */
export interface SnapshotCursor {
  readonly partition: number;
  /** Which log. */
  readonly epoch: string;
  readonly sequence: number;
  readonly ownerEpoch: number;
}

export interface SnapshotTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of what the database said, before it was compressed. */
  readonly bytes: number;
  readonly sha256: string;
}

/** What a backup is a backup of, and how to tell that it is whole. */
export interface Manifest {
  readonly format: number;
  /** By the clock of the database. */
  readonly taken: string;
  /** Which schema the tables have. */
  readonly migrations: readonly string[];
  readonly cursors: readonly SnapshotCursor[];
  readonly tables: readonly SnapshotTable[];
}

/** @throws {CommandFault} where this version cannot read what it describes */
export function assertReadable(path: string, { format, migrations }: Manifest): void {
  if (format > FORMAT) {
    throw new CommandFault(
      `${path} has format ${format}, this version reads up to ${FORMAT}: use the version that made it, or a newer one.`,
    );
  }
  const unknown = migrations.find((name, index) => name !== MIGRATIONS[index]);
  if (unknown === undefined) return;
  throw new CommandFault(
    `${path} holds tables of a newer schema (${unknown}) than this version knows: use the version that made it, or a newer one.`,
  );
}
