import { setTimeout as sleep } from 'node:timers/promises';
import { residentKiB } from '../process-memory.ts';
import type { Measurement, Scene } from './workload.ts';

const TOPICS = 100;

/** Consumers that are connected and get nothing. */
export async function idle({ sizes, generator, ours }: Scene): Promise<readonly Measurement[]> {
  const topics = await ours.topics(TOPICS);
  const hold = (consumers: number) => generator.run('holdIdle', { wire: ours.wire, topics, consumers });
  const memory = async () => {
    await ours.settled();
    // What the runtime does not need any more is given back within a while.
    await sleep(sizes.settling * 1000);
    return residentKiB(ours.pids()['edge'] ?? 0);
  };
  return [
    {
      workload: 'e',
      subject: ours.name,
      rounds: 1,
      warmUp: false,
      async measure() {
        // What the first ones bring with them is the edge's own.
        await hold(Math.ceil(sizes.idleConsumers / 20));
        const before = await memory();
        const began = performance.now();
        const count = (await hold(sizes.idleConsumers)) - Math.ceil(sizes.idleConsumers / 20);
        const perSecond = (count * 1000) / (performance.now() - began);
        const grown = (await memory()) - before;
        await hold(0);
        return { consumers: sizes.idleConsumers, kibEach: grown / count, perSecond };
      },
    },
  ];
}
