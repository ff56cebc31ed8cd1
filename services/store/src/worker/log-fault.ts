import type { LogEnd } from '@dasf-broker/log';
import type { Cursor } from '../write/cursor.ts';

/** Why this log must not be folded into this database, and what to do; `undefined` where it may. */
export function logFault(partition: number, log: LogEnd, cursor: Cursor): string | undefined {
  const { epoch, sequence } = cursor;
  if (epoch !== null && epoch !== log.epoch) {
    return (
      `Partition ${partition} is halted: the log is another one (${log.epoch}) than the one that the ` +
      `database was folded from (${epoch}). Restore the log that belongs to this database, or give the new ` +
      'log an empty database.'
    );
  }
  if (log.last < sequence) {
    return (
      `Partition ${partition} is halted: the log ends at ${log.last}, but the database holds what came up to ` +
      `${sequence}. Restore a newer backup of the log, or one of the database that is at least as old as the log.`
    );
  }
  if (log.first > sequence + 1) {
    return (
      `Partition ${partition} is halted: the log begins at ${log.first}, but the database holds only what came ` +
      `up to ${sequence}; what lies between is lost. Restore a newer backup of the database.`
    );
  }
  return undefined;
}

/** A record is missing in the middle of the log. */
export class LogGap extends Error {
  readonly code = 'LOG_GAP';

  constructor(partition: number, expected: number, found: number) {
    super(
      `Partition ${partition} is halted: the log goes on at ${found} where ${expected} was expected. ` +
        'Restore the log from a backup.',
    );
    this.name = 'LogGap';
  }
}
