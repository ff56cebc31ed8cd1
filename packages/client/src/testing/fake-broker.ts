import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@dasf-broker/testing';
import { type WebSocket, WebSocketServer } from 'ws';

export interface SentFrame {
  readonly messageId: string;
  readonly payload?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** One connection of a client, and what came on it. */
export interface FakeConnection {
  readonly path: string;
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  readonly frames: SentFrame[];
}

/** Takes websockets and says what a test tells it to. */
export class FakeBroker implements AsyncDisposable {
  readonly connections: FakeConnection[] = [];
  /** Called for each frame; by default nothing is answered. */
  onFrame: (frame: SentFrame, connection: FakeConnection) => void = () => {};
  /** A status with which upgrades are refused. */
  refuseWith: number | undefined;
  upgrades = 0;
  readonly #http = createServer();
  readonly #server = new WebSocketServer({ noServer: true });

  static async start(): Promise<FakeBroker> {
    const broker = new FakeBroker();
    broker.#http.on('upgrade', (request, socket, head) => {
      broker.upgrades += 1;
      if (broker.refuseWith) {
        socket.end(`HTTP/1.1 ${broker.refuseWith} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      } else broker.#server.handleUpgrade(request, socket, head, (ws) => broker.#take(ws, request));
    });
    await once(broker.#http.listen(0, '127.0.0.1'), 'listening');
    return broker;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/ws`;
  }

  /** The newest connection whose path begins so, with at least that many frames. */
  connection(path: string, frames = 0, after?: FakeConnection): Promise<FakeConnection> {
    return eventually(() =>
      this.connections
        .slice(after ? this.connections.indexOf(after) + 1 : 0)
        .findLast((one) => one.path.startsWith(path) && one.frames.length >= frames),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #take(socket: WebSocket, request: IncomingMessage): void {
    const path = (request.url ?? '').replace(/^\/ws\//, '');
    const connection: FakeConnection = { path, request, socket, frames: [] };
    this.connections.push(connection);
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as SentFrame;
      connection.frames.push(frame);
      this.onFrame(frame, connection);
    });
  }
}

/** Answers a frame on its connection. */
export function answer({ messageId }: SentFrame, { socket }: FakeConnection, result = 'ok'): void {
  socket.send(
    JSON.stringify({ messageId, result, ...(result === 'ok' ? {} : { errorMsg: `It is ${result}.` }) }),
  );
}

/** Sends a frame as a broker delivers it. */
export function deliver({ socket }: FakeConnection, frame: object): void {
  const messageId = crypto.randomUUID();
  socket.send(JSON.stringify({ messageId, publishTime: '2026-01-01T00:00:00.000+00:00', ...frame }));
}
