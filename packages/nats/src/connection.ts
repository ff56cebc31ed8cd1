import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inboxOf } from './inbox.ts';
import { type NatsLogin, natsAddress } from './login.ts';

export interface NatsOptions extends NatsLogin {
  /** Comma-separated addresses, `nats://` or `tls://[user:password@]host:port`. */
  readonly url: string;
  /** Who connects: begins the subjects of its answers, and is shown by the server's monitoring. */
  readonly client: string;
  /** What the connection is for, where the client has several. */
  readonly purpose?: string;
  /** Why there is no connection yet; called once for each reason. */
  readonly waiting?: (reason: Error) => void;
  /** Aborted: stop trying. */
  readonly signal?: AbortSignal;
}

const FIRST_CONNECT_TIMEOUT_MS = 2000;
const PAUSE_MS = 500;

/**
 * Connects to NATS and stays connected: waits for the first connection and reconnects for ever, with jitter.
 *
 * @throws {TypeError} where an address is no URL; the signal's reason once it is aborted
 */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  let told = '';
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await connectOnce(options);
    } catch (error) {
      if (!(error instanceof Error) || error instanceof TypeError) throw error;
      if (error.message !== told) options.waiting?.(error);
      told = error.message;
      await sleep(PAUSE_MS);
    }
  }
}

function connectOnce({ url, client, purpose, ...login }: NatsOptions): Promise<NatsConnection> {
  return connect({
    ...natsAddress(url, login),
    name: purpose === undefined ? `dasf-${client}` : `dasf-${client}-${purpose}`,
    inboxPrefix: inboxOf(client),
    timeout: FIRST_CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
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
  const tooLate = sleep(LAST_FLUSH_MS, undefined, { signal: ended.signal });
  await Promise.race([nc.flush(), tooLate]).catch(() => {});
  ended.abort();
  await nc.close();
}
