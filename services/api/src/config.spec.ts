import { expect, it } from 'vitest';
import { readApiConfig } from './config.ts';

const read = (env: Record<string, string> = {}) =>
  readApiConfig({ DASF_DATABASE_URL: 'postgresql://h/d', ...env });

it('has the addresses of existing installations by default', () => {
  expect(read()).toMatchObject({
    host: '127.0.0.1',
    port: 8081,
    route: 'dasf-broker-django',
    pingWait: 3000,
    trustedProxies: [],
    log: { namespace: 'dasf', partitions: 4, replicas: 1, dedupWindow: 600_000 },
  });
});

it.each([
  ['/', ''],
  ['broker', 'broker'],
  ['/a/b/', 'a/b'],
])('takes the route %s', (value, route) => {
  expect(read({ DASF_API_ROUTE: value }).route).toBe(route);
});

it.each(['a b', 'a//b', ':topic', 'a*', 'http://h/'])('refuses the route %s', (value) => {
  expect(() => read({ DASF_API_ROUTE: value })).toThrow(/DASF_API_ROUTE.*a path such as/);
});

it('T2 listens on this machine alone, unless it is told to face others', () => {
  expect(read().host).toBe('127.0.0.1');
});

it('T2 believes only proxies that have an address', () => {
  const list = '10.0.0.0/8, ::1';
  expect(read({ DASF_TRUSTED_PROXIES: list }).trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  expect(() => read({ DASF_TRUSTED_PROXIES: 'true' })).toThrow(/an address or a network/);
});
