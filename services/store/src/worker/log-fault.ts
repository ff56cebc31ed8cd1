import type { LogEnd } from '@dasf-broker/log';
import type { Cursor } from '../write/cursor.ts';

/** Why a log cannot be folded into a database. `begins-after`: what lies between is lost. */
export type LogMismatch = 'another-log' | 'ends-before' | 'begins-after';

/** Whether a log goes on where a database ends; `undefined` where it does. */
export function mismatchOf(log: LogEnd, { epoch, sequence }: Cursor): LogMismatch | undefined {
  if (epoch !== null && epoch !== log.epoch) return 'another-log';
  if (log.last < sequence) return 'ends-before';
  if (log.first > sequence + 1) return 'begins-after';
  return undefined;
}

/** Why this log must not be folded into this database, and what to do; `undefined` where it may. */
export function logFault(partition: number, log: LogEnd, cursor: Cursor): string | undefined {
  const mismatch = mismatchOf(log, cursor);
  return mismatch && halted(partition, SENTENCES[mismatch](log, cursor));
}

const SENTENCES: Readonly<Record<LogMismatch, (log: LogEnd, cursor: Cursor) => string>> = {
  'another-log': (log, { epoch }) =>
    `the log is another one (${log.epoch}) than the one that the database was folded from (${epoch}). Restore the ` +
    'log that belongs to this database ("nats stream restore"), or this log\'s own database ("dasf store restore ' +
    '--replace"), or give the new log an empty database.',
  'ends-before': (log, { sequence }) =>
    `the log ends at ${log.last}, but the database holds what came up to ${sequence}. Restore a newer backup of the ` +
    'log ("nats stream restore"), or one of the database that was taken before the log\'s ("dasf store restore ' +
    '--replace").',
  'begins-after': (log, { sequence }) =>
    `the log begins at ${log.first}, but the database holds only what came up to ${sequence}; what lies between is ` +
    'not in the log any more. Restore a newer backup of the database ("dasf store restore --replace"), or one of ' +
    'the log that reaches back further ("nats stream restore").',
};

/** A record is missing in the middle of the log. */
export class LogGap extends Error {
  readonly code = 'LOG_GAP';

  constructor(partition: number, expected: number, found: number) {
    super(
      halted(
        partition,
        `the log goes on at ${found} where ${expected} was expected. Restore the log from a backup ("nats stream ` +
          'restore"), or a newer backup of the database ("dasf store restore --replace").',
      ),
    );
    this.name = 'LogGap';
  }
}

function halted(partition: number, why: string): string {
  return `Partition ${partition} is halted: ${why} docs/backup.md says how.`;
}
