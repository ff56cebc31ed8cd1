import { subscribeLive } from '@dasf-broker/log';
import { type Slug, STATUS_PING } from '@dasf-broker/protocol';
import type { EdgeContext } from './context.ts';

/**
 * Asks NATS for what consumers will need, so that rights that are missing show before the first one waits in vain.
 *
 * @throws {NatsRefused}
 */
export async function checkRights({ nc, subjects, streams, refusals }: EdgeContext): Promise<void> {
  // A name that no topic can have.
  const live = subscribeLive(
    nc,
    subjects,
    STATUS_PING as Slug,
    () => {},
    () => {},
  );
  await streams.checkReading();
  await refusals.settled();
  live.close();
}
