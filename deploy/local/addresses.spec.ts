import { expect, it } from 'vitest';
import { addressesOf, readyLine } from './addresses.ts';
import { readSettings } from './settings.ts';

it('names addresses that a client can use', () => {
  expect(addressesOf(readSettings({}, '/'))).toEqual({
    edge: 'ws://127.0.0.1:8080/ws/',
    api: 'http://127.0.0.1:8081/dasf-broker-django/',
  });
});

it('follows the routes, and names one address where all are listened on', () => {
  const env = { DASF_HOST: '0.0.0.0', DASF_WEBSOCKET_URL_ROUTE: '/live', DASF_API_ROUTE: '' };
  expect(addressesOf(readSettings(env, '/'))).toEqual({
    edge: 'ws://127.0.0.1:8080/live/',
    api: 'http://127.0.0.1:8081/',
  });
});

it('begins with words that a script can wait for', () => {
  expect(readyLine(addressesOf(readSettings({}, '/')))).toMatch(/^DASF broker ready.*npm run demo$/);
});
