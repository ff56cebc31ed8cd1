import { DasfSocket } from '../../harness/dasf-socket.ts';
import { Finding } from '../target.ts';
import type { TriedBroker } from './tried-broker.ts';

/**
 * A message from a producer to a consumer, its acknowledgement, and a status.
 *
 * @throws {Finding} where that does not work any more
 */
export async function healthyCall({ edge, api, token }: TriedBroker): Promise<void> {
  const topic = `fuzz-healthy-${crypto.randomUUID()}`;
  await using consumer = await DasfSocket.connect(edge, `${topic}/sub`, { token });
  await using producer = await DasfSocket.connect(edge, topic, { token });
  const answer = await producer.publish({ messageId: 'm1', payload: 'aGVhbHRoeQ==' });
  if (answer.result !== 'ok') throw new Finding(`a healthy message is answered ${JSON.stringify(answer)}`);
  const message = await consumer.nextMessage();
  if (message.payload !== 'aGVhbHRoeQ==')
    throw new Finding(`a healthy message arrives as ${JSON.stringify(message)}`);
  consumer.acknowledge(message);
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const status = await fetch(new URL(`${topic}/status/`, api), { headers });
  const { topic: named } = (await status.json()) as { topic?: string };
  if (named !== topic) throw new Finding(`a healthy status is answered with ${status.status}`);
}
