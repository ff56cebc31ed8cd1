import type { Retention } from '@dasf-broker/protocol';
import fc from 'fast-check';
import { KINDS } from './nats.ts';
import { USERS, type World } from './world.ts';

type Act<A> = (world: World, args: A) => void | Promise<void>;

/** Something that happens around the edge. */
export class Step<A> implements fc.AsyncCommand<object, World> {
  readonly #name: string;
  readonly #args: A;
  readonly #act: Act<A>;

  constructor(name: string, args: A, act: Act<A>) {
    this.#name = name;
    this.#args = args;
    this.#act = act;
  }

  check(): boolean {
    return true;
  }

  async run(_: object, world: World): Promise<void> {
    // No two things happen at the same time.
    await world.pass(1);
    await this.#act(world, this.#args);
  }

  toString(): string {
    return `${this.#name}(${fc.stringify(this.#args)})`;
  }
}

function step<A>(weight: number, name: string, args: fc.Arbitrary<A>, act: Act<A>) {
  return { weight, arbitrary: args.map((some) => new Step(name, some, act)) };
}

const user = fc.constantFrom(...USERS);
const kind = fc.constantFrom(...KINDS);
const rarely = fc.nat(5).map((number) => number === 5);
const retention = fc.constantFrom<Retention[]>('cache', 'cache', 'cacheall', 'store', 'disabled');
const publication = fc.record({
  retention,
  isLarge: rarely,
  isLost: rarely,
  lag: fc.constantFrom(0, 0, 0, 1, 2),
  isForeign: rarely,
});
const delay = fc.constantFrom(20, 120, 300, 600, 1100, 2500, 6000);

/** All of them, the frequent ones with their weights. */
export const STEPS = fc.oneof(
  step(10, 'publish', publication, (world, one) => world.producer.publish(one)),
  step(1, 'ping', fc.constant(undefined), (world) => world.producer.ping()),
  step(4, 'acknowledge', fc.nat(), (world, which) => world.acknowledge(which)),
  step(4, 'confirm', fc.tuple(fc.nat(), fc.nat()), (world, [who, which]) => world.confirm(who, which)),
  step(4, 'connect', user, (world, who) => world.connect(who)),
  step(1, 'leave', fc.nat(), (world, who) => world.leave(who)),
  step(2, 'read', fc.tuple(fc.nat(), fc.boolean()), (world, [who, does]) => world.read(who, does)),
  step(
    3,
    'create',
    fc.tuple(fc.nat(1), fc.subarray([...USERS]), fc.boolean()),
    (world, [partition, users, isResponse]) => world.create(partition, users, isResponse),
  ),
  step(1, 'remove', fc.constant(undefined), (world) => world.remove()),
  step(1, 'cleanUp', fc.constant(undefined), (world) => world.cleanUp()),
  step(2, 'grant', user, (world, who) => world.grant(who)),
  step(1, 'revoke', user, (world, who) => world.revoke(who)),
  step(2, 'stall', kind, (world, what) => world.stall(what)),
  step(3, 'release', kind, (world, what) => world.nats.release(what)),
  step(1, 'cut', fc.constant(undefined), (world) => world.cut()),
  step(2, 'restore', fc.constant(undefined), (world) => world.nats.restore()),
  step(1, 'refuse', fc.boolean(), (world, isRefusing) => {
    world.store.isRefusing = isRefusing;
  }),
  step(1, 'lag', fc.nat(2), (world, lag) => {
    world.log.lag = lag;
  }),
  step(1, 'loseAnnouncements', fc.integer({ min: 1, max: 2 }), (world, count) => {
    world.store.loses = count;
  }),
  step(1, 'replaceWorkers', fc.constant(undefined), (world) => world.store.replaceWorkers()),
  step(1, 'declareGone', fc.nat(1), (world, partition) => world.declareGone(partition)),
  step(1, 'skip', fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 3 })), (world, [partition, count]) =>
    world.log.skip(partition, count),
  ),
  step(12, 'take', fc.tuple(fc.integer({ min: 1, max: 8 }), fc.boolean()), (world, [count, isTogether]) =>
    world.take(count, isTogether),
  ),
  step(1, 'calm', fc.constant(undefined), (world) => world.calm()),
  step(1, 'truncate', fc.nat(1), (world, partition) => world.truncate(partition)),
  step(3, 'pass', delay, (world, milliseconds) => world.pass(milliseconds)),
);
