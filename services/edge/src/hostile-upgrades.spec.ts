import { eventually, upgradeRequest, type WireSocket } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { createOpenEdge } from './testing/open-edge.ts';

async function refusalOf(peer: WireSocket) {
  const { status, lines } = await peer.head();
  const body = await eventually(() => (peer.body.endsWith('\n') ? peer.body : undefined));
  const retryAfter = Number(
    lines.find((line) => line.startsWith('Retry-After: '))?.slice('Retry-After: '.length),
  );
  return { status, retryAfter, ...(JSON.parse(body) as { code: string; detail: string }) };
}

describe('T20: headers without end', () => {
  it('are refused with 431 where they are too long', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather', `X-Long: ${'x'.repeat(17 * 1024)}`);
    expect((await peer.head()).status).toBe(431);
    await peer.closed;
    expect(edge.limits.watch.total('header size')).toBe(1);
  });

  it('are not all looked at where they are many', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open(
      'weather',
      ...Array.from({ length: 1500 }, (_, index) => `A${index}: b`),
    );
    expect([101, 431]).toContain((await peer.head()).status);
  });

  it('may hold the longest token and the longest names', async () => {
    await using edge = await createOpenEdge();
    const name = '%F0%A0%80%80'.repeat(255);
    await using peer = await edge.open(`${name}/${name}`, `Cookie: dasf_token=${'x'.repeat(8 * 1024)}`);
    expect((await peer.head()).status).toBe(101);
  });
});

describe('T22: a request that does not come', () => {
  it.each([
    ['nothing', ''],
    ['half a line', 'GET /ws/wea'],
    ['half a head', 'GET /ws/weather HTTP/1.1\r\nHost: b\r\nX-A: '],
  ])('ends the connection: %s', async (_, bytes) => {
    await using edge = await createOpenEdge({ DASF_HEADER_TIMEOUT: '200ms' });
    await using peer = await edge.connect();
    peer.write(bytes);
    await peer.closed;
    expect(edge.limits.watch.total('time for a request')).toBe(1);
  });

  it('ends the connection where it comes byte by byte', async () => {
    await using edge = await createOpenEdge({ DASF_HEADER_TIMEOUT: '500ms' });
    await using peer = await edge.connect();
    peer.write('GET /ws/weather HTTP/1.1\r\n');
    const began = performance.now();
    const trickle = setInterval(() => peer.write('X'), 50);
    await peer.closed.finally(() => clearInterval(trickle));
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('makes room for those that come', async () => {
    await using edge = await createOpenEdge({ DASF_MAX_WAITING_SOCKETS_PER_ADDRESS: '10' });
    const idle = await Promise.all(Array.from({ length: 40 }, () => edge.connect()));
    await eventually(() => idle.filter((peer) => peer.isOpen).length === 10);
    expect(edge.limits.waiting.size).toBe(10);
    await using peer = await edge.open('weather');
    expect((await peer.head()).status).toBe(101);
    expect(edge.limits.watch.total('sockets without a request per address')).toBeGreaterThanOrEqual(30);
    await Promise.all(idle.map((each) => each[Symbol.asyncDispose]()));
    await eventually(() => edge.limits.waiting.size === 0);
  });

  it('nor one for something else than a websocket, which is answered and ended', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.connect();
    peer.write('POST /ws/weather HTTP/1.1\r\nHost: b\r\nContent-Length: 1000000\r\n\r\n');
    expect((await peer.head()).status).toBe(426);
    await peer.closed;
  });
});

describe('T24: connections without end', () => {
  it('are refused with 503 where an address has too many, until some have gone', async () => {
    await using edge = await createOpenEdge({ DASF_MAX_CONNECTIONS_PER_ADDRESS: '2' });
    const first = await edge.open('weather');
    await using _second = await edge.open('weather');
    await using third = await edge.open('weather');
    const refusal = await refusalOf(third);
    expect(refusal).toMatchObject({ status: 503, code: 'TOO_MANY_CONNECTIONS' });
    expect(refusal.detail).toContain('address');
    expect(refusal.retryAfter).toBeGreaterThan(0);
    await first[Symbol.asyncDispose]();
    await eventually(() => edge.limits.slots.total === 1);
    await using fourth = await edge.open('weather');
    expect((await fourth.head()).status).toBe(101);
  });

  it('are counted by the client’s address behind a proxy that is believed', async () => {
    await using edge = await createOpenEdge({
      DASF_MAX_CONNECTIONS_PER_ADDRESS: '1',
      DASF_TRUSTED_PROXIES: '127.0.0.0/8,::1',
    });
    await using first = await edge.open('weather', 'X-Forwarded-For: 192.0.2.1');
    await using again = await edge.open('weather', 'X-Forwarded-For: 203.0.113.9, 192.0.2.1');
    await using other = await edge.open('weather', 'X-Forwarded-For: 192.0.2.2');
    const statuses = await Promise.all([first, again, other].map(async (peer) => (await peer.head()).status));
    expect(statuses).toEqual([101, 503, 101]);
  });

  it('are counted by the proxy’s address where it is not believed', async () => {
    await using edge = await createOpenEdge({ DASF_MAX_CONNECTIONS_PER_ADDRESS: '1' });
    await using _first = await edge.open('weather', 'X-Forwarded-For: 192.0.2.1');
    await using other = await edge.open('weather', 'X-Forwarded-For: 192.0.2.2');
    expect((await other.head()).status).toBe(503);
  });

  it('are refused where a user has too many, but not for others', async () => {
    await using edge = await createOpenEdge({ DASF_MAX_CONNECTIONS_PER_USER: '1' });
    await using _first = await edge.open('weather', await edge.as('alice'));
    await using second = await edge.open('weather', await edge.as('alice'));
    expect(await refusalOf(second)).toMatchObject({ status: 503, code: 'TOO_MANY_CONNECTIONS' });
    await using bob = await edge.open('weather', await edge.as('bob'));
    await using nobody = await edge.open('weather');
    await using nobodyElse = await edge.open('weather');
    const statuses = await Promise.all(
      [bob, nobody, nobodyElse].map(async (peer) => (await peer.head()).status),
    );
    expect(statuses).toEqual([101, 101, 101]);
  });

  it('are refused where the edge has too many', async () => {
    await using edge = await createOpenEdge({ DASF_MAX_CONNECTIONS: '1' });
    await using _first = await edge.open('weather');
    await using second = await edge.open('weather');
    expect(await refusalOf(second)).toMatchObject({ status: 503, code: 'TOO_MANY_CONNECTIONS' });
  });

  it('are refused where they come too fast from one address, with others unharmed', async () => {
    await using edge = await createOpenEdge({
      DASF_ACCEPT_RATE_PER_ADDRESS: '3',
      DASF_ACCEPT_RATE: '5',
      DASF_TRUSTED_PROXIES: '127.0.0.1',
    });
    const open = (address: string) => edge.open('weather', `X-Forwarded-For: ${address}`);
    const herd = await Promise.all(Array.from({ length: 30 }, () => open('192.0.2.1')));
    const statuses = await Promise.all(herd.map(async (peer) => (await peer.head()).status));
    expect(statuses.filter((status) => status === 101).length).toBeLessThan(25);
    await using other = await open('192.0.2.2');
    expect((await other.head()).status).toBe(101);
    await Promise.all(herd.map((each) => each[Symbol.asyncDispose]()));
  });

  it('are refused where they come too fast from one address and by no proxy, with others unharmed', async () => {
    await using edge = await createOpenEdge({ DASF_ACCEPT_RATE_PER_ADDRESS: '3', DASF_ACCEPT_RATE: '50' });
    await using opened = new AsyncDisposableStack();
    const ask = async (localAddress: string) => {
      const peer = opened.use(await edge.connect({ localAddress }));
      peer.write(upgradeRequest(edge.addressOf('weather')));
      return peer;
    };
    // More than twice as many would not be answered.
    const herd = await Promise.all(Array.from({ length: 25 }, () => ask('127.0.0.2')));
    const heads = await Promise.all(herd.map((peer) => peer.head()));
    expect(heads.filter(({ status }) => status === 101).length).toBeGreaterThanOrEqual(15);
    const refused = heads.find(({ status }) => status !== 101);
    expect(refused?.status).toBe(503);
    expect(refused?.lines).toContainEqual(expect.stringMatching(/^Retry-After: [3-7]$/));
    expect((await (await ask('127.0.0.9')).head()).status).toBe(101);
  });

  it('that were refused are gone, though their peer keeps its side open', async () => {
    await using edge = await createOpenEdge({ DASF_MAX_CONNECTIONS: '1' });
    await using _first = await edge.open('weather');
    await using stubborn = await edge.connect({ allowHalfOpen: true });
    stubborn.write(upgradeRequest(edge.addressOf('weather')));
    expect((await stubborn.head()).status).toBe(503);
    // Who writes to a connection that is gone is told so.
    const writing = setInterval(() => stubborn.write('x'), 20);
    await stubborn.closed.finally(() => clearInterval(writing));
  });
});

describe('T36: what is no request', () => {
  it.each([
    ['another protocol', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001'],
    ['a wrong version', 'GET / HTTP/9.9\r\n\r\n'],
    ['spaces where none may be', 'GET /ws/weather HTTP/1.1\r\nHost : b\r\n\r\n'],
    [
      'an upgrade to something else',
      'GET /ws/weather HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    ],
    [
      'no key',
      'GET /ws/weather HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
    ],
  ])('%s is refused, and the next one taken', async (_, bytes) => {
    await using edge = await createOpenEdge();
    await using peer = await edge.connect();
    peer.write(bytes);
    const { status } = await peer.head();
    expect(status).toBeGreaterThanOrEqual(400);
    await peer.closed;
    await using other = await edge.open('weather');
    expect((await other.head()).status).toBe(101);
    await eventually(() => edge.limits.slots.total === 1);
  });
});
