import { expect, it } from 'vitest';
import { readEdgeConfig } from './config.ts';

it('T2: an edge listens on this machine alone, unless it is told to face others', () => {
  expect(readEdgeConfig({}).host).toBe('127.0.0.1');
  expect(readEdgeConfig({ DASF_EDGE_HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
});

it('T2: an edge believes only proxies that have an address', () => {
  expect(readEdgeConfig({}).trustedProxies).toEqual([]);
  expect(() => readEdgeConfig({ DASF_TRUSTED_PROXIES: 'true' })).toThrow(/DASF_TRUSTED_PROXIES/);
});
