import { setTimeout as sleep } from 'node:timers/promises';
import type { DasfSocket, Json } from '../harness/index.ts';
import type { ComparedBroker, User } from './brokers/broker.ts';
import { connect } from './connect.ts';
import { fence } from './fence.ts';

/** How long a broker is waited for that has something to say. */
const PATIENCE_MS = 9000;
/** Daphne looks once a second for handlers that failed, and closes their connections only then. */
const CLOSES_WITHIN_MS = 1500;

/** What a broker does about a frame that awaits an answer; names that the comparison made are left out. */
export async function answerTo(socket: DasfSocket, frame: string | object | Uint8Array): Promise<string> {
  socket.send(frame);
  const answer = await nextOrEnd(socket);
  return typeof answer === 'string' ? answer : inWords(answer);
}

/** The next frame, or how the connection ended. */
export async function nextOrEnd(socket: DasfSocket): Promise<Json | string> {
  const ended = socket.closed.then(({ code }) => `closed with ${code}`);
  return Promise.race([socket.next(PATIENCE_MS), ended]);
}

function inWords({ result, errorMsg }: Json): string {
  const text = errorMsg === undefined ? result : `${result}, ${errorMsg}`;
  return text.replace(/t-[-0-9a-f]{13}(_[a-z]{8})?/, '…');
}

/** Publishes by a connection of its own. */
export async function publish(
  broker: ComparedBroker,
  topic: string,
  user: User,
  frame: string | object,
): Promise<string> {
  await using producer = await connect(broker, topic, user);
  return await answerTo(producer, frame);
}

/** All that has come until now, and what is still on its way. */
async function arrived(broker: ComparedBroker, consumer: DasfSocket): Promise<Json[]> {
  const found: Json[] = [];
  for (let before = -1; before < found.length; ) {
    before = found.length;
    await fence(broker);
    for (;;) {
      const frame = await consumer.next(0).catch(() => undefined);
      if (frame === undefined) break;
      found.push(frame);
    }
  }
  return found;
}

/** What the broker asks on its own account. */
function isQuestion({ properties, payload }: Json): boolean {
  return ['ping', 'api_info'].includes(properties?.messageType) && payload === '';
}

/** The messages that came, without what the broker asks on its own account. */
export async function messages(broker: ComparedBroker, consumer: DasfSocket): Promise<Json[]> {
  return (await arrived(broker, consumer)).filter((frame) => !isQuestion(frame));
}

/** Their payloads; in which order they came is a question of its own (DLV-2, DLV-3). */
export async function payloads(broker: ComparedBroker, consumer: DasfSocket): Promise<string> {
  return listed((await messages(broker, consumer)).map((frame) => frame.payload).toSorted());
}

/** The types of what the broker asked. */
export async function questions(broker: ComparedBroker, consumer: DasfSocket): Promise<string> {
  const asked = (await arrived(broker, consumer)).filter(isQuestion);
  return listed(asked.map((frame) => frame.properties.messageType));
}

export function listed(list: readonly string[]): string {
  return list.length === 0 ? 'nothing' : list.join(', ');
}

/** What is outstanding for a user: what comes on connecting. */
export async function outstanding(broker: ComparedBroker, topic: string, user: User): Promise<string> {
  await using consumer = await connect(broker, `${topic}/look`, user);
  return await payloads(broker, consumer);
}

/** What becomes of a connection. */
export async function ending(socket: DasfSocket): Promise<string> {
  const closed = socket.closed.then(({ code }) => `closed with ${code}`);
  return Promise.race([closed, sleep(CLOSES_WITHIN_MS, 'stays open')]);
}
