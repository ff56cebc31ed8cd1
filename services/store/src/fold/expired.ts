import type { ContentExpired, LogRecord } from '@dasf-broker/log';
import type { Changes } from './changes.ts';

/** What came before its moments goes, by the time of the log. */
export function foldExpired(changes: Changes, record: LogRecord<ContentExpired>): void {
  const { event, sequence } = record;
  const { messagesBefore, requestsBefore } = event;
  changes.expiries.push({ sequence, messagesBefore, requestsBefore });
  if (event.actsBefore) changes.acts.push(record);
}
