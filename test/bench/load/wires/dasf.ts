import { once } from 'node:events';
import WebSocket from 'ws';
import type { Properties, Wire, WireAddress } from './wire.ts';

/** Any mask does, and one that is not random costs nothing; all zeros would spare the broker its work, too. */
const MASK = [0x5a, 0xc3, 0x96, 0x3c];

interface Answer {
  readonly context?: number;
  readonly result: string;
  readonly errorMsg?: string;
}

interface Delivered {
  readonly messageId: string;
  readonly payload?: string;
  readonly properties?: Properties;
}

/** As the Python client does: frames have a `context` by which answers are known, ids are the broker's. */
export function dasfWire(address: WireAddress): Wire {
  let connections = 0;
  const connect = async (path: string, received: (data: Buffer, socket: WebSocket) => void) => {
    const { urls } = address;
    // Neighbours are on different edges, so that consumers and producers of a topic are.
    const base = urls[connections++ % urls.length];
    return open(new URL(path, base), address.authorization, received);
  };
  return {
    async producer(topic, answered) {
      const socket = await connect(topic, (data) => {
        const answer = JSON.parse(data.toString()) as Answer;
        if (answer.result !== 'ok') throw new Error(`refused: ${answer.result} ${answer.errorMsg ?? ''}`);
        if (answer.context !== undefined) answered(answer.context);
      });
      return {
        publish: (context, payload, properties = {}) =>
          socket.send(JSON.stringify({ context, payload, properties })),
        [Symbol.asyncDispose]: () => end(socket),
      };
    },
    async consumer(topic, received) {
      const socket = await connect(`${topic}/bench-${connections}`, (data, from) => {
        const { messageId, payload = '', properties = {} } = JSON.parse(data.toString()) as Delivered;
        received({ payload, properties, acknowledge: () => from.send(`{"messageId":"${messageId}"}`) });
      });
      return { [Symbol.asyncDispose]: () => end(socket) };
    },
  };
}

/** Opens a websocket on which nothing is spent that is not asked for. */
export async function open(
  url: URL,
  authorization: string,
  received: (data: Buffer, socket: WebSocket) => void,
  localAddress?: string,
): Promise<WebSocket> {
  const socket = new WebSocket(url, {
    headers: { authorization },
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
