import type { User } from '../../comparison/brokers/broker.ts';
import type { LocalStack } from '../../harness/index.ts';
import { type Access, accessThere, consume, nextFrames } from './clients.ts';
import type { OldBroker } from './old-broker.ts';
import type { People } from './used-broker.ts';

/** What dasf-broker-django holds for somebody on a topic. */
export interface Owed {
  readonly topic: string;
  readonly name: string;
  readonly user: User;
  readonly mayConsume: boolean;
  /** As it sends them, oldest first: in which order it sends them is left to its database. */
  readonly frames: readonly string[];
}

/** By each topic and each user, as websocket clients see it. */
export async function owedThere(old: OldBroker, people: People): Promise<Owed[]> {
  const topics = await old.operator.run<string[]>('topics');
  const all: Owed[] = [];
  for (const topic of topics.filter((slug) => slug !== 'status-ping')) {
    for (const [name, user] of Object.entries(people)) {
      const count = await old.operator.run<number | null>('owed', topic, user.name);
      await using consumer = await consume(accessThere(old, user), topic);
      const frames = await nextFrames(consumer, count ?? 0);
      all.push({ topic, name, user, mayConsume: count !== null, frames: byAge(frames) });
    }
  }
  return all;
}

/** @param said by the import: what must stand in tokens */
export async function accessHere(stack: LocalStack, user: User, said: string): Promise<Access> {
  const headers: Record<string, string> = {};
  // Whoever has no token there needs none here.
  if (Object.keys(user.token).length > 0) {
    const line = new RegExp(`^${user.name} may .* tokens must say here: (.*)$`, 'm').exec(said);
    headers['authorization'] = `Token ${await stack.token(user.name, line?.[1]?.split(' '))}`;
  }
  return { websockets: stack.edge, api: stack.file.api, headers, httpHeaders: headers };
}

function byAge(frames: readonly string[]): string[] {
  const age = (frame: string): string => JSON.parse(frame).publishTime;
  return frames.toSorted((a, b) => (age(a) < age(b) ? -1 : 1));
}
