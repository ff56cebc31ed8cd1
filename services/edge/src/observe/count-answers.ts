import type { Address } from '@dasf-broker/protocol';
import type { AnswerResult } from '../answering-connection.ts';
import type { EdgeMetrics } from './edge-metrics.ts';

/** Counts the answers on a connection. Finding a counter by its labels costs more than counting: it is found once. */
export function countAnswers(
  { publishes, publishDuration }: Pick<EdgeMetrics, 'publishes' | 'publishDuration'>,
  kind: Address['kind'],
): (result: AnswerResult, seconds: number) => void {
  const duration = publishDuration.labels({ kind });
  const taken = publishes.labels({ kind, result: 'ok' });
  return (result, seconds) => {
    if (result === 'ok') taken.inc();
    else publishes.inc({ kind, result });
    duration.observe(seconds);
  };
}
