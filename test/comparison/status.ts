import { setTimeout as sleep } from 'node:timers/promises';
import type { ComparedBroker, User } from './brokers/broker.ts';
import { httpAnswer } from './connect.ts';
import { fence } from './fence.ts';

/** Signs of life are recorded at most once a second per topic (AVL-1). */
const RECORDED_WITHIN_MS = 1100;

/** A topic's status as a user is told, when everything that happened to it has been recorded. */
export async function statusOf(broker: ComparedBroker, topic: string, user: User): Promise<string> {
  await sleep(RECORDED_WITHIN_MS);
  await fence(broker);
  return httpAnswer(broker, `${topic}/status/`, user);
}
