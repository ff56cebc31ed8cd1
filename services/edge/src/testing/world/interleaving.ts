import type { Retention } from '@dasf-broker/protocol';
import fc from 'fast-check';
import { missing, presenceFaults, wrongs } from './model.ts';
import type { Scheduler } from './scheduler.ts';
import type { PublishedMessage } from './truth.ts';
import { World } from './world.ts';

/** Takes these steps in a world of its own; says what is wrong when everything has calmed down. */
export async function faultsAfter(
  scheduler: Scheduler,
  bufferBytes: number,
  steps: Iterable<fc.AsyncCommand<object, World>>,
): Promise<string[]> {
  await using world = await World.open(scheduler, bufferBytes);
  await fc.asyncModelRun(() => ({ model: {}, real: world }), steps);
  await world.calm();
  const found = faults(world);
  return found.length > 0 ? found : await liveFaults(world);
}

function faults(world: World): string[] {
  const ofClients = world.clients.flatMap((client, index) =>
    [...wrongs(world, client), ...missing(world, client)].map(
      (fault) => `${fault} (${index} ${client.user})`,
    ),
  );
  return [...ofClients, ...presenceFaults(world)];
}

/** When all is calm, whatever is published passes live to who may have it: nobody reads the log for it. */
async function liveFaults(world: World): Promise<string[]> {
  // Else one that overtakes what it announces has the log read.
  world.nats.stall('announcements');
  // So has the first one after what was stored of an earlier topic of this name.
  await publishedNow(world, ['cache']);
  const { reads } = world.log;
  const published = await publishedNow(world, ['disabled', 'cache', 'disabled']);
  const unserved = world.clients
    .filter(({ isOpen, user }) => isOpen && world.truth.right(user))
    .filter(({ received }) => published.some((message) => !received.includes(message)));
  const found = unserved.map(({ user }) => `did not get live what was published in the end (${user})`);
  return world.log.reads > reads ? [...found, 'read the log for what passed live'] : found;
}

async function publishedNow(world: World, retentions: readonly Retention[]): Promise<PublishedMessage[]> {
  const before = world.truth.messages.size;
  const common = { isLarge: false, isLost: false, lag: 0, isForeign: false };
  for (const retention of retentions) world.producer.publish({ ...common, retention });
  await world.arrive();
  return [...world.truth.messages.values()].slice(before);
}
