import type { LogRecord } from '@dasf-broker/log';
import type { Database } from '@dasf-broker/readmodel';
import { foldInParts, lateJoins } from '../fold/parts.ts';
import { findConsumers } from './consumers.ts';
import { writeChanges } from './write-changes.ts';

/**
 * Folds a run of records of one partition into the tables.
 *
 * @throws {FoldError} where one of them makes no sense
 */
export async function writeRun(
  db: Database,
  partition: number,
  records: readonly LogRecord[],
): Promise<void> {
  const known = await findConsumers(db, lateJoins(records));
  for (const changes of foldInParts(records, known)) await writeChanges(db, partition, changes);
}
