import type { RegistryOptions } from '@dasf-broker/registry';
import type { NatsConnection } from '@nats-io/transport-node';
import { ServiceTokens } from './service-tokens.ts';
import { Tickets } from './tickets.ts';

/**
 * Makes what service tokens and tickets are kept in, or brings it up to date; services only open it. Needs the
 * operator's rights.
 *
 * @throws {NatsUnprepared} where something that is there cannot be made to fit
 */
export async function prepareCredentials(nc: NatsConnection, options: RegistryOptions): Promise<void> {
  await ServiceTokens.prepare(nc, options);
  await Tickets.prepare(nc, options);
}
