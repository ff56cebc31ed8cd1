import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Finding } from '../target.ts';

/** Whatever a peer sends, its connection is over by then once it sends no more. */
const ENDS_WITHIN_MS = 10_000;
/** For what comes in parts, and before the end of it all. */
const PAUSE_MS = 2;

/**
 * Connects, sends the parts one after the other and then nothing more.
 *
 * @param waits for the beginning of an answer to the first part
 * @returns all that came back
 * @throws {Finding} where the connection is not over in time
 */
export async function exchange(
  address: string | URL,
  [first, ...others]: readonly Uint8Array[],
  waits = false,
): Promise<Buffer> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const received: Buffer[] = [];
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => void received.push(chunk));
  try {
    await once(socket, 'connect');
    const answered = new Promise<void>((resolve) => socket.once('data', () => resolve()));
    if (first) socket.write(first);
    if (waits) await isInTime(Promise.race([answered, closed]));
    await send(socket, others);
    if (!(await isInTime(closed))) throw new Finding(`no end within ${ENDS_WITHIN_MS} ms`);
    return Buffer.concat(received);
  } finally {
    socket.destroy();
  }
}

async function send(socket: Socket, parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) {
    if (socket.destroyed) return;
    socket.write(part);
    await pause(PAUSE_MS);
  }
  socket.end();
}

async function isInTime(happened: Promise<void>): Promise<boolean> {
  const decided = new AbortController();
  const late = pause(ENDS_WITHIN_MS, false, { signal: decided.signal }).catch(() => false);
  try {
    return await Promise.race([happened.then(() => true), late]);
  } finally {
    decided.abort();
  }
}
