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

it.each([
  ['::1', '[::1]'],
  ['::', '[::1]'],
  ['fd00::7', '[fd00::7]'],
])('puts the IPv6 address %s in brackets', (host, shown) => {
  expect(addressesOf(readSettings({ DASF_HOST: host }, '/'))).toEqual({
    edge: `ws://${shown}:8080/ws/`,
    api: `http://${shown}:8081/dasf-broker-django/`,
  });
});

it('begins with words that a script can wait for', () => {
  expect(readyLine(addressesOf(readSettings({}, '/')))).toMatch(/^DASF broker ready.*npm run demo$/);
});
