import { setTimeout } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';

export interface NatsOptions {
  /** Comma-separated addresses, `nats://[user:password@]host:port`. */
  readonly url: string;
  /** Shown by the server's monitoring. */
  readonly name: string;
}

const FIRST_CONNECT_TIMEOUT_MS = 2000;

/**
 * Reads what `NatsOptions.url` holds into what the client library takes.
 *
 * @throws {TypeError} where an address is no URL
 */
export function natsAddress(url: string): { servers: string[]; user?: string; pass?: string } {
  const urls = url.split(',').map((one) => new URL(one.trim()));
  const { username, password } = urls[0] ?? {};
  return {
    servers: urls.map(({ host }) => host),
    ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password ?? '') } : {}),
  };
}

/**
 * Connects to NATS and stays connected: waits for the first connection and reconnects for ever, with jitter.
 *
 * @throws {TypeError} where an address is no URL
 */
export function connectNats(options: NatsOptions): Promise<NatsConnection> {
  return connect({
    ...natsAddress(options.url),
    name: options.name,
    timeout: FIRST_CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    reconnectTimeWait: 200,
    reconnectJitter: 300,
    // A server that is stopped, not gone, is noticed after two of these.
    pingInterval: 2000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    // Each request would note where it was made, a twentieth of what an edge does.
    noAsyncTraces: true,
  });
}

/** NATS may be away, and an end must not wait for it. */
const LAST_FLUSH_MS = 500;

/**
 * Ends a connection, and all its publishing before that, as far as NATS answers in time.
 *
 * The client's own `close` must not follow a publish at once: where the peer has just ended the line, the fault of
 * writing to it is told one tick later, when `close` has taken away whoever would hear of it, and ends the process.
 */
export async function closeNats(nc: NatsConnection): Promise<void> {
  const ended = new AbortController();
  const tooLate = setTimeout(LAST_FLUSH_MS, undefined, { signal: ended.signal });
  await Promise.race([nc.flush(), tooLate]).catch(() => {});
  ended.abort();
  await nc.close();
}
