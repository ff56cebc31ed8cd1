import { end, open } from './socket.ts';
import type { Wire, WireAddress } from './wire.ts';

/** A durable queue that keeps copies where there are several servers: what RabbitMQ says to use for what must not be lost. */
const QUEUE = { durable: 'true', 'auto-delete': 'false', 'x-queue-type': 'quorum' };
/** How many messages may be unacknowledged on a subscription. */
const PREFETCH = '500';

type Headers = Readonly<Record<string, string>>;

interface StompFrame {
  readonly command: string;
  readonly headers: Headers;
  readonly body: string;
}

/** RabbitMQ's websockets: persistent messages with a receipt each, acknowledged one by one. */
export function stompWire(address: WireAddress): Wire {
  const connect = async (came: (frame: StompFrame) => void) => {
    const connected = Promise.withResolvers<void>();
    const received = (data: Buffer) => {
      const frame = read(data.toString());
      if (frame.command === 'ERROR') throw new Error(`refused: ${frame.headers['message']} ${frame.body}`);
      if (frame.command === 'CONNECTED') connected.resolve();
      else came(frame);
    };
    const socket = await open(new URL(address.urls[0] ?? ''), received, { protocol: 'v12.stomp' });
    const send = (command: string, headers: Headers, body = '') => socket.send(write(command, headers, body));
    const [login = '', passcode = ''] = address.authorization.split(':');
    send('CONNECT', { 'accept-version': '1.2', host: '/', login, passcode, 'heart-beat': '0,0' });
    await connected.promise;
    return { send, [Symbol.asyncDispose]: () => end(socket) };
  };
  return {
    async producer(topic, answered) {
      const connection = await connect(({ headers }) => answered(Number(headers['receipt-id'])));
      const headers = { ...QUEUE, destination: `/queue/${topic}`, persistent: 'true' };
      return {
        publish: (context, payload) =>
          connection.send('SEND', { ...headers, receipt: String(context) }, payload),
        [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
      };
    },
    async consumer(topic, received) {
      const subscribed = Promise.withResolvers<void>();
      const connection = await connect(({ command, headers, body }) => {
        if (command === 'RECEIPT') return subscribed.resolve();
        const acknowledge = () => connection.send('ACK', { id: headers['ack'] ?? '' });
        received({ payload: body, properties: {}, acknowledge });
      });
      const destination = `/queue/${topic}`;
      const how = { id: '0', ack: 'client-individual', 'prefetch-count': PREFETCH, receipt: 'subscribed' };
      connection.send('SUBSCRIBE', { ...QUEUE, ...how, destination });
      await subscribed.promise;
      return connection;
    },
  };
}

function write(command: string, headers: Headers, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  return `${command}\n${lines.join('')}\n${body}\0`;
}

function read(text: string): StompFrame {
  const headEnd = text.indexOf('\n\n');
  const [command = '', ...lines] = text.slice(0, headEnd).split('\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1)] as const;
  });
  return {
    command,
    headers: Object.fromEntries(headers),
    body: text.slice(headEnd + 2, text.lastIndexOf('\0')),
  };
}
