import { expect, it } from 'vitest';
import { databaseSpecs, logSpecs } from './shared.ts';
import { unknownSettings } from './unknown.ts';

it('names variables that nothing reads, with the nearest one that something does', () => {
  const env = {
    DASF_NATS_URI: 'nats://h',
    DASF_LOG_PARTITION: '4',
    DASF_SOMETHING_ELSE: '1',
    DASF_DATABASE_URL_FILE: '/run/secrets/url',
    DASF_NATS_URL_FILE: '/x',
    DASF_LOG_PARTITIONS_FILE: '/x',
    PATH: '/bin',
  };
  expect(unknownSettings({ ...logSpecs, ...databaseSpecs }, env)).toEqual([
    { name: 'DASF_NATS_URI', nearest: 'DASF_NATS_URL' },
    { name: 'DASF_LOG_PARTITION', nearest: 'DASF_LOG_PARTITIONS' },
    { name: 'DASF_SOMETHING_ELSE', nearest: null },
    { name: 'DASF_LOG_PARTITIONS_FILE', nearest: 'DASF_LOG_PARTITIONS' },
  ]);
});
