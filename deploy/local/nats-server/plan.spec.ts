import { expect, it } from 'vitest';
import { configuration, natsUrlOf } from './plan.ts';

it('is durable, explicit about its room and on loopback only', () => {
  const text = configuration({ dataDir: '/data/na "ts', port: 4001, monitorPort: 4002 }, 5);
  expect(text).toContain('sync_interval: always');
  expect(text).toContain('max_payload: 8388608');
  expect(text).toContain('max_file_store: 5');
  expect(text).toContain('listen: "127.0.0.1:4001"');
  expect(text).toContain('http: "127.0.0.1:4002"');
  expect(text).toContain('store_dir: "/data/na \\"ts"');
});

it('asks for a password where one is given', () => {
  const options = { dataDir: '/data', port: 4001, monitorPort: 4002, password: 'abc' };
  expect(configuration(options, 5)).toContain('authorization { user: dasf, password: "abc" }');
  expect(natsUrlOf({ ...options, binary: '/nats-server' })).toBe('nats://dasf:abc@127.0.0.1:4001');
});
