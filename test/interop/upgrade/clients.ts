import type { User } from '../../comparison/brokers/broker.ts';
import { DasfSocket } from '../../harness/index.ts';
import type { OldBroker } from './old-broker.ts';

/** A broker as somebody reaches it, with what says who he is on websockets and in HTTP requests. */
export interface Access {
  readonly websockets: string;
  readonly api: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly httpHeaders: Readonly<Record<string, string>>;
}

export function accessThere({ broker: { websockets, api } }: OldBroker, user: User): Access {
  return { websockets, api, headers: user.token, httpHeaders: user.httpHeaders };
}

export function consume({ websockets, headers }: Access, topic: string): Promise<DasfSocket> {
  return DasfSocket.connect(websockets, `${topic}/upgrade`, { headers });
}

/** The next frames as they are, but for what the broker asks on its own account. */
export async function nextFrames(consumer: DasfSocket, count: number): Promise<string[]> {
  const frames: string[] = [];
  while (frames.length < count) {
    const frame = await consumer.nextText().catch((cause) => {
      throw new Error(`${frames.length} of ${count} frames came.`, { cause });
    });
    const { properties, payload } = JSON.parse(frame);
    const isQuestion = payload === '' && ['ping', 'api_info'].includes(properties?.messageType);
    if (!isQuestion) frames.push(frame);
  }
  return frames;
}

export async function publish(
  { websockets, headers }: Access,
  topic: string,
  frame: object,
): Promise<string> {
  await using producer = await DasfSocket.connect(websockets, topic, { headers });
  return (await producer.publish(frame)).result;
}

export async function mayPublish(access: Access, topic: string): Promise<boolean> {
  return (await publish(access, topic, { payload: 'may I?' })) === 'ok';
}

/** Whoever may not is refused, or sent to where one signs in. */
export async function maySeeStatus({ api, httpHeaders: headers }: Access, topic: string): Promise<boolean> {
  const { status } = await fetch(new URL(`${topic}/status/`, api), { headers, redirect: 'manual' });
  return ![302, 401, 403].includes(status);
}
