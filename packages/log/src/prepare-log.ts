import { TopicRegistry } from '@dasf-broker/registry';
import type { NatsConnection } from '@nats-io/transport-node';
import { type LogOptions, LogStreams } from './streams.ts';

/**
 * Makes what the log and the topic registry are kept in, or brings it up to date; services only open it. Needs the
 * operator's rights.
 *
 * @throws {NatsUnprepared} where something that is there cannot be made to fit
 */
export async function prepareLog(nc: NatsConnection, options: LogOptions): Promise<void> {
  await LogStreams.prepare(nc, options);
  await TopicRegistry.prepare(nc, options);
}
