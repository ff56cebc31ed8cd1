import { Metrics } from '@dasf-broker/telemetry';
import { expect, it } from 'vitest';
import { edgeMetrics } from './edge-metrics.ts';
import { UnreadableMessages } from './unreadable-messages.ts';

it('each is counted, and one of each kind is named in the log in ten seconds', async () => {
  const metrics = new Metrics();
  const lines: unknown[][] = [];
  let now = 0;
  const logger = { warn: (...line: unknown[]) => void lines.push(line) };
  const unreadable = new UnreadableMessages(edgeMetrics(metrics).unreadable, logger, () => now);
  const error = new Error('no JSON');

  for (let turn = 0; turn < 5; turn += 1) unreadable.note('announcement', error);
  unreadable.note('live event', error, { topic: 'weather' });
  now = 9999;
  unreadable.note('announcement', error);
  expect(lines).toEqual([
    [{ err: error }, 'unreadable announcement'],
    [{ err: error, topic: 'weather' }, 'unreadable live event'],
  ]);
  now = 10_000;
  unreadable.note('announcement', error);
  expect(lines).toHaveLength(3);
  const text = await metrics.text();
  expect(text).toContain('dasf_edge_unreadable_messages_total{kind="announcement"} 7');
  expect(text).toContain('dasf_edge_unreadable_messages_total{kind="live event"} 1');
});
