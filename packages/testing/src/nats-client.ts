import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inject } from 'vitest';

/** A connection to the log that all tests share, or to the one at `url`; it comes back quickly after a loss. */
export function natsClient(url: string = inject('natsUrl')): Promise<NatsConnection> {
  return connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50, reconnectJitter: 0 });
}
