import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ClientAddresses } from './client-address.ts';

function request(peer: string | undefined, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
}

describe('AUT-7: what a client asked for', () => {
  const asked = (peer: string, forwardedHost?: string) =>
    ({
      socket: { remoteAddress: peer },
      headers: { host: 'edge-1:8080', ...(forwardedHost ? { 'x-forwarded-host': forwardedHost } : {}) },
    }) as unknown as IncomingMessage;

  it.each([
    ['10.0.0.2', undefined, 'edge-1:8080'],
    ['10.0.0.2', 'broker.example.org', 'broker.example.org'],
    ['10.0.0.2', 'evil.example, broker.example.org', 'broker.example.org'],
    ['192.0.2.1', 'evil.example', 'edge-1:8080'],
  ])('from %s, forwarded for %s, is %s', (peer, forwarded, host) => {
    expect(new ClientAddresses(['10.0.0.0/8']).hostOf(asked(peer, forwarded))).toBe(host);
  });
});

describe('T24: a client is counted by its address', () => {
  const direct = new ClientAddresses([]);
  const proxied = new ClientAddresses(['10.0.0.0/8', 'fd00::/8']);

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    [undefined, ''],
  ])('%s is %s', (peer, key) => expect(direct.of(request(peer))).toBe(key));

  it('whatever it claims, where no proxy is believed', () => {
    expect(direct.of(request('192.0.2.1', '198.51.100.7'))).toBe('192.0.2.1');
    expect(proxied.of(request('192.0.2.1', '198.51.100.7'))).toBe('192.0.2.1');
  });

  it.each([
    ['198.51.100.7', '198.51.100.7'],
    // What stands before the address that the proxy saw, the client wrote itself.
    ['203.0.113.5, 198.51.100.7', '198.51.100.7'],
    ['203.0.113.5, 198.51.100.7, 10.1.1.1', '198.51.100.7'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['unknown', '10.0.0.2'],
    ['', '10.0.0.2'],
  ])('that a proxy saw: of %j it is %s', (forwardedFor, key) => {
    expect(proxied.of(request('10.0.0.2', forwardedFor))).toBe(key);
    expect(proxied.of(request('::ffff:10.0.0.2', forwardedFor))).toBe(key);
  });
});
