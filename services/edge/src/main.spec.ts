import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { prepareCredentials } from '@dasf-broker/credentials';
import { prepareLog } from '@dasf-broker/log';
import { eventually, natsClient, randomNamespace, WireSocket } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';

const MAIN = new URL('main.ts', import.meta.url);

/** @param descriptors that the process may have open */
async function start(descriptors = 1024, settings: Record<string, string> = {}) {
  const namespace = randomNamespace();
  await using nc = await natsClient();
  await prepareLog(nc, { namespace, partitions: 1, replicas: 1, dedupWindow: 600_000 });
  await prepareCredentials(nc, { namespace, replicas: 1 });
  const command = `ulimit -n ${descriptors} && exec "$0" "$1"`;
  const child: ChildProcess = spawn('sh', ['-c', command, process.execPath, fileURLToPath(MAIN)], {
    env: {
      ...settings,
      PATH: process.env['PATH'],
      DASF_NATS_URL: inject('natsUrl'),
      DASF_NAMESPACE: namespace,
      DASF_LOG_PARTITIONS: '1',
      DASF_LOG_LEVEL: 'silent',
      DASF_EDGE_PORT: '0',
      DASF_JWT_SECRET: randomBytes(32).toString('base64url'),
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const [message] = await once(child, 'message');
  const { port } = new URL(message.address);
  return {
    child,
    exit,
    port: Number(port),
    address: message.address as string,
    [Symbol.asyncDispose]: async () => void child.kill('SIGKILL'),
  };
}

const HEAD = [
  'Host: broker',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** Asks for something that is refused, and resets the connection so many milliseconds later. */
async function askAndReset(port: number, path: string, header: string, after: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write([`GET ${path} HTTP/1.1`, ...HEAD, header, '', ''].join('\r\n'));
  await new Promise((resolve) => setTimeout(resolve, after));
  socket.resetAndDestroy();
}

describe('the process', () => {
  it('T36: outlives peers that reset their connection while they are refused', async () => {
    // As many as come are answered: some for what they ask, the others for coming too often.
    await using edge = await start(1024, { DASF_ACCEPT_RATE_PER_ADDRESS: '200' });
    for (let turn = 0; turn < 500 && edge.child.exitCode === null; turn += 1) {
      await askAndReset(edge.port, '/nowhere', 'X: y', (turn % 4) / 2);
      await askAndReset(
        edge.port,
        '/ws/topic',
        'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc',
        turn % 3,
      );
    }
    edge.child.kill('SIGTERM');
    expect(await edge.exit).toBe(0);
  });

  it('T36: outlives a lack of file descriptors, and takes connections again', async () => {
    await using edge = await start(64, {
      DASF_ALLOW_ANONYMOUS: 'true',
      DASF_ANONYMOUS_PERMISSIONS: 'add_brokertopic,can_produce:*',
    });
    await using producer = await WireSocket.open(`${edge.address}topic`);
    const flood = await Promise.all(Array.from({ length: 150 }, () => WireSocket.connect(edge.address)));
    // Some are turned away, as nothing is left for them.
    await eventually(() => flood.some((peer) => !peer.isOpen));
    expect(await producer.ask('{"messageId":"m"}')).toContain('"ok"');
    await Promise.all(flood.map((peer) => peer[Symbol.asyncDispose]()));
    await eventually(async () => {
      await using late = await WireSocket.open(`${edge.address}topic`);
      return (await late.head()).status === 101;
    });
    expect(edge.child.exitCode).toBeNull();
    edge.child.kill('SIGTERM');
    expect(await edge.exit).toBe(0);
  });
});
