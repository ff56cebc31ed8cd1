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

it('says who may do what', () => {
  const options = { dataDir: '/data', port: 4001, monitorPort: 4002, accounts: 'accounts {}\n' };
  expect(configuration(options, 5)).toMatch(/\naccounts \{\}\n$/);
  expect(natsUrlOf(options)).toBe('nats://127.0.0.1:4001');
});

it('T16: opens no other listeners and lets nobody in without a name', () => {
  const text = configuration({ dataDir: '/data', port: 4001, monitorPort: 4002 }, 5);
  expect(text).not.toMatch(/websocket|mqtt|leafnodes|gateway|cluster|no_auth_user|0\.0\.0\.0/);
  expect(text.match(/^(listen|http).*$/gm)).toEqual(['listen: "127.0.0.1:4001"', 'http: "127.0.0.1:4002"']);
});
