import type { Traces } from '@dasf-broker/telemetry';
import type { AnyRecord } from '../worker/record-queue.ts';

/**
 * Has a span of the fold of each message that is traced: it is in the database by now.
 *
 * @param began when its run of records was begun, on the clock of `performance`
 */
export function traceFolds(traces: Traces, records: readonly AnyRecord[], began: number): void {
  if (!traces.isOn) return;
  for (const { event, sequence, partition } of records) {
    if (event?.type !== 'message' || event.traceparent === undefined) continue;
    const attributes = {
      'messaging.system': 'dasf',
      'messaging.destination.name': event.topic,
      'messaging.message.id': event.messageId,
      'dasf.partition': partition,
      'dasf.sequence': sequence,
    };
    traces.begin('fold', { kind: 'consumer', parent: event.traceparent, began, attributes }).end();
  }
}
