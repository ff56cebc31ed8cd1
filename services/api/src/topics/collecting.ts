import type { Subjects } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { NatsConnection } from '@nats-io/transport-node';
import { ApiFault } from '../faults.ts';

/** Longer than a store waits until the log is folded. */
const PATIENCE_MS = 8000;

/**
 * Has the store remove a response topic, or all that are for answers to a topic, as far as nobody uses them.
 *
 * @returns how many it found; that they are removed takes some seconds
 * @throws {ApiFault} `STORE_UNREACHABLE`
 */
export async function collectUnused(
  nats: NatsConnection,
  subjects: Subjects,
  { uid, partition }: RegisteredTopic,
): Promise<number> {
  try {
    const answer = await nats.request(subjects.collect(partition), uid, { timeout: PATIENCE_MS });
    return answer.json<{ found: number }>().found;
  } catch (cause) {
    throw new ApiFault('STORE_UNREACHABLE', 'No store answers for this topic; try again.', { cause });
  }
}
