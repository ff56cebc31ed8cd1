import { createHash } from 'node:crypto';
import WebSocket from 'ws';

const OPEN_WITHIN_MS = 10_000;

/** A websocket as a client that is not ours has one: no subprotocol, no compression. */
export function openSocket(base: string, path: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(new URL(path, base), {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    handshakeTimeout: OPEN_WITHIN_MS,
    maxPayload: 128 * 1024 * 1024,
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('open', () => {
      // What comes with the handshake must not be missed: whoever listens resumes.
      socket.pause();
      resolve(socket);
    });
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      socket.terminate();
      reject(new Error(`HTTP ${response.statusCode}`));
    });
  });
}

/** What a payload is compared by. */
export function hashOf(payload: string): string {
  return createHash('sha1').update(payload).digest('base64url').slice(0, 12);
}
