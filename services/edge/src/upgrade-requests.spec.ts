import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { eventually } from '@dasf-broker/testing';
import { expect, it } from 'vitest';
import { testLimits } from './testing/edge-limits.ts';
import { UpgradeRequests } from './upgrade-requests.ts';

/** A server that notes what it passes on, in which turn of the event loop, and peers of it. */
async function scene({ timeout = 60_000, maxBytes = 1000, turnAway = (_: Socket): boolean => false } = {}) {
  await using opening = new AsyncDisposableStack();
  const { waiting } = testLimits();
  const passed: { turn: number; at: number; text: string }[] = [];
  const sockets: Socket[] = [];
  let [turn, late] = [0, 0];
  const count = () => {
    turn += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const requests = opening.use(
    new UpgradeRequests({
      waiting,
      timeout,
      maxBytes,
      turnAway: (socket) => turnAway(socket),
      pass: (socket) => {
        const taken = { turn, at: performance.now(), text: '' };
        socket.on('data', (chunk) => {
          taken.text += chunk;
        });
        passed.push(taken);
      },
      late: (ended) => {
        late += ended;
      },
    }),
  );
  const server = createServer({ pauseOnConnect: true, highWaterMark: 1, allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on('error', () => {}));
    waiting.add(socket, 'a');
    requests.receive(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const peers: Socket[] = [];
  opening.defer(async () => {
    clearImmediate(counting);
    for (const socket of [...peers, ...sockets]) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const closing = opening.move();
  return {
    waiting,
    passed,
    peers,
    sockets,
    late: () => late,
    async open(text: string, localAddress = '127.0.0.1') {
      const { port } = server.address() as AddressInfo;
      const peer = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => {});
      peers.push(peer);
      await once(peer, 'connect');
      peer.setNoDelay(true).write(text);
      return peer;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

it('passes a request on as it came, with what came after it', async () => {
  await using room = await scene();
  await room.open('GET / HTTP/1.1\r\n\r\nmore');
  await eventually(() => room.passed[0]?.text === 'GET / HTTP/1.1\r\n\r\nmore');
});

it('passes a request on that comes in parts, also where it ends with the connection', async () => {
  await using room = await scene();
  const peer = await room.open('GET / HT');
  await eventually(() => room.sockets[0]?.bytesRead === 8);
  peer.write('TP/1.1\r\n');
  await eventually(() => (room.sockets[0]?.bytesRead ?? 0) > 8);
  peer.end('\r\n');
  await eventually(() => room.passed[0]?.text === 'GET / HTTP/1.1\r\n\r\n');
});

it('has who is turned away answered at once, also where he has ended his side', async () => {
  const answered: Socket[] = [];
  const turnAway = (socket: Socket) => {
    answered.push(socket);
    socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    return true;
  };
  await using room = await scene({ turnAway });
  const peer = await room.open('GET / HT');
  await eventually(() => room.sockets[0]?.bytesRead === 8);
  expect(answered).toEqual([]);
  peer.end('TP/1.1\r\n\r\nmore');
  const [answer] = await once(peer, 'data');
  expect(String(answer)).toBe('HTTP/1.1 503 Service Unavailable\r\n\r\n');
  await once(peer, 'close');
  expect(answered).toEqual(room.sockets);
  expect(room.passed).toEqual([]);
});

it.each([
  ['what can be no request', '\u0016\u0003\u0001'],
  ['a head that is too long', `GET / HTTP/1.1\r\nX: ${'x'.repeat(1000)}`],
])('leaves %s to the parser', async (_, text) => {
  await using room = await scene();
  await room.open(text);
  await eventually(() => room.passed.length > 0);
});

it('passes on one at a time, however many come at once, and leaves time for all else', async () => {
  await using room = await scene();
  await Promise.all(Array.from({ length: 50 }, () => room.open('GET / HTTP/1.1\r\n\r\n')));
  await eventually(() => room.passed.length === 50);
  expect(new Set(room.passed.map(({ turn }) => turn)).size).toBe(50);
  const times = room.passed.map(({ at }) => at);
  // A millisecond each, which timers round.
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(45);
});

it('T24: passes on who asks but once before those of an address that asks without end', async () => {
  await using room = await scene();
  const many = await Promise.all(Array.from({ length: 100 }, () => room.open('', '127.0.0.2')));
  const peer = await room.open('', '127.0.0.3');
  for (const each of many) each.write('GET /flood HTTP/1.1\r\n\r\n');
  peer.write('GET /once HTTP/1.1\r\n\r\n');
  await eventually(() => room.passed.filter(({ text }) => text !== '').length === 101);
  expect(room.passed.findIndex(({ text }) => text.startsWith('GET /once'))).toBeLessThan(50);
});

it('reads who sends bit by bit once in a look, however fast the bits come', async () => {
  await using room = await scene({ maxBytes: 1_000_000 });
  const peer = await room.open('GET / HTTP/1.1\r\nX: ');
  const socket = await eventually(() => room.sockets.find(({ bytesRead }) => bytesRead > 0));
  const read = new Set<number>();
  const began = performance.now();
  while (performance.now() - began < 300) {
    peer.write('x');
    read.add(socket.bytesRead);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // Every 20 ms, and the machine may be slow, but it is never too fast.
  expect(read.size).toBeGreaterThan(1);
  expect(read.size).toBeLessThan(40);
});

it('URL-6: reads the second part of a request before all those who send bit by bit', async () => {
  await using room = await scene();
  await Promise.all(Array.from({ length: 300 }, () => room.open('GET /slow HTTP/1.1\r\nX: ')));
  // Until nobody takes them for a request that the network has cut in two.
  await eventually(() => room.sockets.length === 300);
  const began = performance.now();
  await eventually(() => performance.now() - began > 1000);
  const peer = await room.open('GET /two HTTP/1.1\r\n');
  await eventually(() => (room.sockets[300]?.bytesRead ?? 0) > 0);
  for (const each of room.peers.slice(0, 300)) each.write('\r\n\r\n');
  peer.write('\r\n');
  await eventually(() => room.passed.filter(({ text }) => text !== '').length === 301);
  expect(room.passed.findIndex(({ text }) => text.startsWith('GET /two'))).toBeLessThan(100);
});

it('T22: ends a few at a time whose request does not come', async () => {
  await using room = await scene({ timeout: 1 });
  await Promise.all(Array.from({ length: 100 }, () => room.open('GET')));
  await eventually(() => room.late() === 100);
  expect(room.waiting.size).toBe(0);
  expect(room.passed).toEqual([]);
});

it('lets go of who leaves', async () => {
  await using room = await scene();
  const peer = await room.open('GET');
  await eventually(() => room.waiting.size === 1);
  peer.end();
  await eventually(() => room.waiting.size === 0);
});
