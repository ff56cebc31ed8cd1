import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Publication } from './testing/world/producer.ts';
import { inOrder } from './testing/world/scheduler.ts';
import { stopTime } from './testing/world/time.ts';
import { World } from './testing/world/world.ts';

const MESSAGE: Publication = { retention: 'cache', isLarge: false, isLost: false, lag: 0, isForeign: false };
const LOST = { ...MESSAGE, isLost: true };

/** An edge that has heard its first announcements; what travels arrives in its order. */
async function openWorld(): Promise<World> {
  const world = await World.open(inOrder(), 10_000);
  await world.pass(1100);
  await world.arrive();
  return world;
}

const received = ({ clients }: World) => clients.map((client) => client.received.map(({ name }) => name));
const present = ({ log, edge }: World) => log.present(edge.name);

beforeAll(stopTime);
afterAll(() => {
  vi.useRealTimers();
});

describe('GC-2: that a consumer is there', () => {
  it('is recorded once the log can be reached again', async () => {
    await using world = await openWorld();
    world.create(0, ['ann'], false);
    await world.arrive();
    world.connect('ann');
    while (world.clients[0]?.openedAt === undefined) await world.take(1, false);
    world.nats.cut();
    await world.pass(6000);
    await world.calm();
    expect(present(world)).toEqual(['ann uid-1']);
  });

  it('is recorded again after a time in which its edge may have been taken for gone', async () => {
    await using world = await openWorld();
    world.create(0, ['ann'], false);
    world.connect('ann');
    await world.arrive();
    world.nats.cut();
    world.declareGone(0);
    await world.arrive();
    expect(present(world)).toEqual([]);
    await world.calm();
    expect(present(world)).toEqual(['ann uid-1']);
  });

  it('is recorded again where it was announced unheard that its edge is gone', async () => {
    await using world = await openWorld();
    world.create(0, ['ann'], false);
    world.connect('ann');
    await world.arrive();
    world.store.loses = 1;
    world.declareGone(0);
    await world.arrive();
    await world.calm();
    expect(present(world)).toEqual(['ann uid-1']);
  });

  it('is taken back, also where the log was away when it left', async () => {
    await using world = await openWorld();
    world.create(0, ['ann'], false);
    world.connect('ann');
    await world.arrive();
    world.nats.cut();
    world.leave(0);
    await world.pass(6000);
    await world.calm();
    expect(present(world)).toEqual([]);
  });
});

describe('DLV-7: what was missed', () => {
  it('is read at once when the connection is back that broke while it was read', async () => {
    await using world = await openWorld();
    world.create(0, ['ann'], false);
    world.connect('ann');
    await world.arrive();
    world.nats.stall('store');
    world.producer.publish(LOST);
    world.producer.publish(MESSAGE);
    while (world.log.reads === 0) await world.take(1, false);
    world.nats.cut();
    world.nats.restore();
    await world.pass(600);
    await world.arrive();
    expect(received(world)).toEqual([['#1', '#2']]);
  });

  it('is read, too, where it passed between the handshake and the beginning of delivery', async () => {
    await using world = await openWorld();
    world.create(0, [], false);
    await world.arrive();
    for (const kind of ['watch', 'leader', 'store'] as const) world.nats.stall(kind);
    world.grant('ann');
    world.connect('ann');
    await world.arrive();
    world.nats.cut();
    world.producer.publish(MESSAGE);
    world.nats.restore();
    world.nats.release('leader');
    // Longer than a store is waited for that does not answer.
    for (let round = 0; round < 12; round += 1) {
      await world.pass(600);
      await world.arrive();
    }
    expect(received(world)).toEqual([['#1']]);
  });

  it('is read, too, where it was announced before delivery began', async () => {
    await using world = await openWorld();
    world.connect('ann');
    await world.arrive();
    world.nats.stall('watch');
    world.create(0, ['ann'], false);
    world.producer.publish(LOST);
    await world.arrive();
    world.nats.release('watch');
    await world.arrive();
    expect(received(world)).toEqual([['#1']]);
  });

  it('is read, too, where what was announced got lost before anything else was heard', async () => {
    await using world = await World.open(inOrder(), 10_000);
    world.create(0, ['ann'], false);
    world.connect('ann');
    await world.arrive();
    world.store.loses = 1;
    world.producer.publish(LOST);
    await world.arrive();
    await world.calm();
    expect(received(world)).toEqual([['#1']]);
  });
});

describe('what is not retained', () => {
  it('is not lost behind a large frame whose pieces the log does not give out', async () => {
    await using world = await openWorld();
    world.create(0, ['ann'], false);
    world.connect('ann');
    await world.arrive();
    world.nats.stall('log');
    world.producer.publish({ ...MESSAGE, isLarge: true });
    world.producer.publish({ ...MESSAGE, retention: 'disabled' });
    await world.arrive();
    await world.pass(5100);
    await world.calm();
    expect(received(world)).toEqual([['#1', '#2']]);
  });
});

describe('DLV-1: what was acknowledged before the consumer came', () => {
  it('is not handed out where it is heard only then that an earlier topic of the name was removed', async () => {
    await using world = await openWorld();
    world.create(0, [], false);
    await world.arrive();
    world.remove();
    // The removal is on its way.
    await world.take(1, false);
    world.create(1, ['ann'], false);
    world.producer.publish(MESSAGE);
    world.acknowledge(0);
    world.connect('ann');
    await world.calm();
    expect(received(world)).toEqual([[]]);
  });
});

describe('DLV-5: what was published more than 2 s after a revocation', () => {
  it('is not read from the log, also where the watch of the registry has stalled', async () => {
    await using world = await openWorld();
    world.create(0, ['ann'], false);
    world.connect('ann');
    await world.arrive();
    world.nats.stall('watch');
    world.revoke('ann');
    await world.pass(3000);
    world.producer.publish(LOST);
    await world.arrive();
    expect(received(world)).toEqual([[]]);
    expect(world.clients[0]?.socket.closedWith).toBe(4403);
  });

  it('is not handed out as outstanding, either', async () => {
    await using world = await openWorld();
    world.create(0, ['ann'], false);
    await world.arrive();
    world.nats.stall('log');
    // No log end at the handshake: it is read when delivery begins.
    world.connect('ann');
    await world.arrive();
    await world.pass(1600);
    world.nats.stall('watch');
    world.revoke('ann');
    await world.pass(3000);
    world.producer.publish(LOST);
    world.nats.release('log');
    await world.arrive();
    expect(received(world)).toEqual([[]]);
  });
});

describe('CLS-2: a consumer of a response topic', () => {
  it.each(['watch', 'leader'] as const)(
    'is not closed where clean-up removes it and it is made again while the %s stalls',
    async (kind) => {
      await using world = await openWorld();
      world.create(0, ['ann'], true);
      world.connect('ann');
      await world.arrive();
      world.nats.stall(kind);
      world.cleanUp();
      await world.arrive();
      await world.pass(2500);
      world.cleanUp();
      world.create(1, ['ann'], true);
      await world.calm();
      world.producer.publish(MESSAGE);
      await world.calm();
      expect(world.clients[0]?.socket.closedWith).toBeUndefined();
      expect(received(world)).toEqual([['#1']]);
    },
  );
});

it('DLV-6: what was acknowledged is not sent to who comes next, also where the log has it only then', async () => {
  await using world = await World.open(inOrder('append'), 10_000);
  await world.pass(1100);
  world.create(0, ['ann'], false);
  world.connect('ann');
  await world.arrive();
  world.producer.publish(MESSAGE);
  await world.arrive();
  world.confirm(0, 0);
  world.connect('ann');
  await world.arrive();
  await world.calm();
  expect(received(world)).toEqual([['#1'], []]);
});
