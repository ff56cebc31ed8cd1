import type { LocalStack } from '../../harness/index.ts';

/** The options of a Python client that say where the broker is and who it is; the rest is the same for all. */
export type Connection = readonly string[];

export function byWebsocketUrl({ port }: LocalStack): Connection {
  return ['--websocket-url', `ws://127.0.0.1:${port}/ws`];
}

/** What the client uses where nobody says otherwise: the addresses of Apache Pulsar. */
export function byPulsarAddresses({ port }: LocalStack): Connection {
  return ['--host', '127.0.0.1', '--port', String(port)];
}

export function withToken(connection: Connection, token: string): Connection {
  return [...connection, '--header', JSON.stringify({ Authorization: `Token ${token}` })];
}
