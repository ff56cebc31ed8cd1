import { AppendError, type LogEvent } from '@dasf-broker/log';
import { createLogger } from '@dasf-broker/telemetry';
import { expect, it } from 'vitest';
import { ApiFault } from '../faults.ts';
import { AuditTrail } from './trail.ts';

function trailOn(append: (partition: number, event: LogEvent) => Promise<void>) {
  const lines: string[] = [];
  const logger = createLogger(
    { name: 'api', level: 'info' },
    { write: (line: string) => void lines.push(line) },
  );
  return { trail: new AuditTrail({ append }, logger), lines };
}

const act = { act: 'topic-delete', user: 'olga', topic: 'tides' } as const;

it('records an act before it is done, and then what came of it', async () => {
  const said: unknown[] = [];
  const { trail } = trailOn(async (partition, event) => void said.push([partition, event]));
  await trail.record({ ...act, change: { a: 1 } }, async () => void said.push('done'));
  const fails = trail.record(act, () => Promise.reject(new ApiFault('TOPIC_UNKNOWN', 'No.')));
  await expect(fails).rejects.toThrow('No.');
  const event = { type: 'operator-act', id: expect.any(String), ...act };
  expect(said).toEqual([
    [0, { ...event, change: '{"a":1}' }],
    'done',
    [0, { ...event, change: '', outcome: 'done' }],
    [0, { ...event, change: '' }],
    [0, { ...event, change: '', outcome: 'TOPIC_UNKNOWN' }],
  ]);
});

it('does nothing that it cannot record, but for what takes rights away', async () => {
  const { trail, lines } = trailOn(() => Promise.reject(new AppendError('LOG_UNREACHABLE', 'away')));
  const done: string[] = [];
  await expect(trail.record(act, async () => void done.push('delete'))).rejects.toThrow('away');
  await trail.record({ ...act, act: 'service-token-revoke' }, async () => void done.push('revoke'));
  await trail.record({ ...act, act: 'topic-change' }, async () => void done.push('change'));
  expect(done).toEqual(['revoke', 'change']);
  expect(lines.join('')).toMatch(/"topic":"tides".*an act could not be recorded, and is done/);
});
