import { once } from 'node:events';
import WebSocket from 'ws';

/** Any mask does, and one that is not random costs nothing; all zeros would spare the broker its work, too. */
const MASK = [0x5a, 0xc3, 0x96, 0x3c];

interface SocketOptions {
  readonly authorization?: string;
  readonly protocol?: string;
  /** From which address of this machine. */
  readonly localAddress?: string;
}

/** Opens a websocket on which nothing is spent that is not asked for. */
export async function open(
  url: URL,
  received: (data: Buffer, socket: WebSocket) => void,
  { authorization, protocol, localAddress }: SocketOptions = {},
): Promise<WebSocket> {
  const socket = new WebSocket(url, protocol === undefined ? [] : [protocol], {
    ...(authorization && { headers: { authorization } }),
    perMessageDeflate: false,
    ...(localAddress && { localAddress }),
    skipUTF8Validation: true,
    generateMask: (mask) => void mask.set(MASK),
  });
  socket.on('message', (data: Buffer) => received(data, socket));
  await once(socket, 'open');
  socket.on('close', (code) => {
    if (code !== 1000) throw new Error(`${url.pathname} was closed with ${code}`);
  });
  return socket;
}

export async function end(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = once(socket.removeAllListeners('close'), 'close');
  socket.close(1000);
  await closed;
}
