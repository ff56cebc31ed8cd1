import { describe, expect, inject, it } from 'vitest';
import type { DasfSocket, LocalStack } from '../../harness/index.ts';
import { useBroker } from '../setup/scene.ts';
import {
  type Access,
  accessThere,
  consume,
  mayPublish,
  maySeeStatus,
  nextFrames,
  publish,
} from './clients.ts';
import { KINDS, type OldBroker, startOldBroker } from './old-broker.ts';
import { accessHere, type Owed, owedThere } from './owed.ts';
import { useOldBroker } from './used-broker.ts';

const django = inject('django');
const suite = 'missing' in django ? describe.skip : describe;
const why = 'missing' in django ? ` (${django.missing})` : '';

/** Somebody on a topic, with what he was owed before. */
interface Client extends Owed {
  readonly access: Access;
}

/** A right for all topics is none to read the answers that others wait for (AUT-5). */
function isAnswerOfOthers({ name, topic }: Owed): boolean {
  return name === 'root' && topic.includes('_');
}

/** Everybody is sent what he was owed, then the next message, if he may consume; and nothing else. */
async function expectDelivery(clients: readonly Client[], operator: Access): Promise<void> {
  await using connections = new AsyncDisposableStack();
  const consumers: (Client & { consumer: DasfSocket })[] = [];
  for (const client of clients)
    consumers.push({ ...client, consumer: connections.use(await consume(client.access, client.topic)) });
  for (const { topic, name, frames, consumer } of consumers)
    expect(await nextFrames(consumer, frames.length), `${name} on ${topic}`).toEqual(frames);
  for (const topic of new Set(clients.map((one) => one.topic)))
    expect(await publish(operator, topic, { payload: 'next' })).toBe('ok');
  for (const { topic, name, mayConsume, consumer } of consumers)
    if (mayConsume) expect((await consumer.nextMessage()).payload, `${name} on ${topic}`).toBe('next');
  await Promise.all(consumers.map(({ consumer }) => consumer.silence()));
}

async function expectSameRight(
  may: typeof mayPublish | typeof maySeeStatus,
  clients: readonly Client[],
  old: OldBroker,
): Promise<void> {
  const there: string[] = [];
  const here: string[] = [];
  for (const { topic, name, user, access } of clients) {
    if (await may(accessThere(old, user), topic)) there.push(`${name} on ${topic}`);
    if (await may(access, topic)) here.push(`${name} on ${topic}`);
  }
  expect(here, may.name).toEqual(there);
  expect([there.length > 0, there.length < clients.length], may.name).toEqual([true, true]);
}

async function expectDescriptions(topics: Iterable<string>, stack: LocalStack, old: OldBroker) {
  for (const topic of topics) {
    const { apiInfo } = JSON.parse(await stack.dasf('topic', 'show', topic, '--json'));
    expect(apiInfo ?? {}, topic).toEqual(await old.operator.run('api_info', topic));
  }
}

suite(`what dasf-broker-django leaves to this broker${why}`, () => {
  const here = useBroker();

  it.each(KINDS)('is handed out to whom it was owed, and rights hold, from %s', async (kind) => {
    await using old = await startOldBroker(kind);
    const people = await useOldBroker(old);
    const owed = await owedThere(old, people);

    const command = ['import', 'django', '--database', old.database];
    const said = await here().dasf(...command);
    expect(await here().dasf(...command)).toMatch(/\b0 messages came over now/);

    const clients: Client[] = [];
    for (const one of owed) {
      const nothing = isAnswerOfOthers(one) ? { mayConsume: false, frames: [] } : {};
      clients.push({ ...one, ...nothing, access: await accessHere(here(), one.user, said) });
    }
    await expectDescriptions(new Set(owed.map(({ topic }) => topic)), here(), old);
    await expectDelivery(clients, await accessHere(here(), people.root, said));
    await expectSameRight(mayPublish, clients, old);
    await expectSameRight(maySeeStatus, clients, old);
  });
});
