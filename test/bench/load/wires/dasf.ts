import type WebSocket from 'ws';
import { end, open } from './socket.ts';
import type { Properties, Wire, WireAddress } from './wire.ts';

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
    return open(new URL(path, base), received, address);
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
