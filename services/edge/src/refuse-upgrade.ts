import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers an upgrade with an HTTP error and one line of JSON (URL-5), and ends the connection. */
export function refuseUpgrade(
  socket: Duplex,
  status: 401 | 403 | 404 | 503,
  code: string,
  detail: string,
): void {
  const body = `${JSON.stringify({ status, code, detail })}\n`;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...(status === 401 ? ['WWW-Authenticate: Bearer realm="dasf"'] : []),
    ...(status === 503 ? [`Retry-After: ${retryAfter()}`] : []),
  ];
  // A peer may keep its side open for as long as it likes.
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Seconds; not the same for all, so that they do not all come back at once (CLS-4). */
function retryAfter(): number {
  return 3 + Math.floor(Math.random() * 5);
}
