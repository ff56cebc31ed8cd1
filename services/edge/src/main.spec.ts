import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, inject, it } from 'vitest';

const MAIN = new URL('main.ts', import.meta.url);

async function start() {
  const child: ChildProcess = fork(MAIN, {
    env: {
      PATH: process.env['PATH'],
      DASF_NATS_URL: inject('natsUrl'),
      DASF_NAMESPACE: `main-${randomBytes(4).toString('hex')}`,
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
  it('outlives peers that reset their connection while they are refused', async () => {
    await using edge = await start();
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
});
