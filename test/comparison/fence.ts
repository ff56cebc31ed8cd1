import { setTimeout as sleep } from 'node:timers/promises';
import type { ComparedBroker, User } from './brokers/broker.ts';
import { connect } from './connect.ts';
import { openTopic } from './topics.ts';

/** What is still on its way within one process, where another path was a little faster. */
const GRACE_MS = 150;

interface Paths {
  readonly alice: User;
  /** Holds a message for ever. */
  readonly stored: string;
  /** Holds none. */
  readonly live: string;
}

const known = new WeakMap<ComparedBroker, Promise<Paths>>();

/**
 * Waits until what was begun before has had time to come: as long as this broker takes now for an outstanding
 * message and for a live one. A fixed time would be too short on a machine that has much to do.
 */
export async function fence(broker: ComparedBroker): Promise<void> {
  const found = known.get(broker) ?? prepare(broker);
  known.set(broker, found);
  const { alice, stored, live } = await found;
  {
    await using outstanding = await connect(broker, `${stored}/c`, alice);
    await outstanding.nextMessage();
  }
  await using consumer = await connect(broker, `${live}/c`, alice);
  await using producer = await connect(broker, live, alice);
  await producer.publish({});
  await consumer.nextMessage();
  await sleep(GRACE_MS);
}

async function prepare(broker: ComparedBroker): Promise<Paths> {
  const { topic: stored, alice } = await openTopic(broker, { supportsDasf: false, storeMessages: 'store' });
  const live = await broker.topic(
    { supportsDasf: false, storeMessages: 'disabled' },
    { can_consume: [alice], can_produce: [alice] },
  );
  await using producer = await connect(broker, stored, alice);
  await producer.publish({});
  return { alice, stored, live };
}
