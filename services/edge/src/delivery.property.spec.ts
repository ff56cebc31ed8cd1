import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeliveryWorld, type WorldConsumer } from './testing/delivery-world.ts';

/** `DASF_TEST_SEED` tries other runs, `DASF_TEST_RUNS` more. */
const runs = Number(process.env['DASF_TEST_RUNS'] ?? 10_000);
const seed = Number(process.env['DASF_TEST_SEED'] ?? 421_907);

type Step =
  | { readonly kind: 'publish' | 'ping'; readonly gap: number }
  | { readonly kind: 'connect'; readonly fresh: boolean }
  | { readonly kind: 'pass' | 'lose' | 'interrupt' | 'announce' | 'disconnect'; readonly who: number }
  | { readonly kind: 'fill'; readonly who: number; readonly isFull: boolean }
  | { readonly kind: 'acknowledge'; readonly who: number; readonly which: number }
  | { readonly kind: 'store'; readonly isAway: boolean }
  | { readonly kind: 'answer'; readonly count: number };

const who = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('publish'), gap: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ping'), gap: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('connect'), fresh: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pass'), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('lose', 'interrupt', 'announce'), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disconnect'), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fill'), who, isFull: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('acknowledge'), who, which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('store'), isAway: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('answer'), count: fc.integer({ min: 1, max: 4 }) }) },
) as fc.Arbitrary<Step>;

/** Everything that was said to take place later, in the order in which it was. */
class Agenda {
  readonly #due: (() => void)[] = [];

  readonly later = <T>(work: () => T): Promise<T> =>
    new Promise((resolve) => this.#due.push(() => resolve(work())));

  async take(count: number): Promise<void> {
    for (let done = 0; done < count; done += 1) {
      this.#due.shift()?.();
      await settled();
    }
  }

  async takeAll(): Promise<void> {
    while (this.#due.length > 0) await this.take(1);
  }
}

/** Whatever follows from what was done without waiting for anything has followed. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 25; turn += 1) await Promise.resolve();
}

async function play(world: DeliveryWorld, agenda: Agenda, steps: readonly Step[]): Promise<void> {
  for (const one of steps) {
    const consumer =
      'who' in one ? world.consumers[one.who % Math.max(world.consumers.length, 1)] : undefined;
    if (one.kind === 'publish') world.publish(one.gap);
    else if (one.kind === 'ping') world.ping(one.gap);
    else if (one.kind === 'connect') world.connect(one.fresh);
    else if (one.kind === 'store') world.storeIsAway = one.isAway;
    else if (one.kind === 'answer') await agenda.take(one.count);
    else if (consumer) act(world, consumer, one);
    await settled();
  }
}

function act(world: DeliveryWorld, consumer: WorldConsumer, one: Step): void {
  if (one.kind === 'pass') consumer.pass(false);
  if (one.kind === 'lose') consumer.pass(true);
  if (one.kind === 'interrupt') consumer.interrupt();
  if (one.kind === 'announce') consumer.announce();
  if (one.kind === 'disconnect') consumer.disconnect();
  if (one.kind === 'fill') consumer.fill(one.isFull);
  if (one.kind === 'acknowledge') {
    world.acknowledge(consumer.received[one.which % Math.max(consumer.received.length, 1)] ?? 0);
  }
}

/** Everything that was away is back, and all that is on its way arrives. */
async function heal(world: DeliveryWorld, agenda: Agenda): Promise<void> {
  world.storeIsAway = false;
  for (const consumer of world.consumers) consumer.fill(false);
  await agenda.takeAll();
  for (const consumer of world.consumers) while (consumer.passing.length > 0) consumer.pass(false);
  await settled();
  await agenda.takeAll();
  for (const consumer of world.consumers) consumer.announce();
  await settled();
  await agenda.takeAll();
}

/** The model: what a consumer that stayed must have got, may have got, and in which order. */
function judge(world: DeliveryWorld, consumer: WorldConsumer): void {
  const { received, owedFrom, goneBefore } = consumer;
  expect(consumer.sentWhileFull, 'nothing to who does not read').toBe(0);
  expect(new Set(received).size, 'nothing twice').toBe(received.length);
  expect(
    received.filter((sequence) => goneBefore.has(sequence)),
    'nothing that was gone',
  ).toEqual([]);
  if (!consumer.wasLate) expect(received, 'in order').toEqual(received.toSorted((a, b) => a - b));
  if (!consumer.isConnected) return;
  const owed = world.log.filter((entry) => entry.sequence > owedFrom || !entry.acknowledged);
  const missing = owed.map((entry) => entry.sequence).filter((sequence) => !received.includes(sequence));
  expect(missing, 'nothing missing').toEqual([]);
}

describe(`DLV-2, DLV-3, DLV-7, DLV-8 in ${runs} interleavings (seed ${seed})`, () => {
  it('no gap, nothing twice, order kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const agenda = new Agenda();
        const world = new DeliveryWorld(agenda.later);
        await play(world, agenda, steps);
        await heal(world, agenda);
        for (const consumer of world.consumers) judge(world, consumer);
        for (const consumer of world.consumers) consumer.disconnect();
        await agenda.takeAll();
      }),
      { numRuns: runs, seed },
    );
  }, 300_000);
});
