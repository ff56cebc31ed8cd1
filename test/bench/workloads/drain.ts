import { watch } from '../measure/watch.ts';
import type { Measurement, Scene } from './workload.ts';

/** What nobody has consumed goes to one consumer who comes back. */
export async function drain({ sizes, generator, ours }: Scene): Promise<readonly Measurement[]> {
  const { outstanding: messages, payload: payloadBytes, inFlight } = sizes;
  const { wire } = ours;
  return [
    {
      workload: 'f',
      subject: ours.name,
      rounds: 1,
      warmUp: false,
      async measure() {
        const [topic = ''] = await ours.topics(1);
        await generator.run('fill', {
          wire,
          topics: [topic],
          messages,
          payloadBytes,
          inFlight: Math.min(inFlight, 256),
        });
        const { result, peaks } = await watch(ours, () => generator.run('drain', { wire, topic, messages }));
        return { messages, perSecond: result, edgeGrowthMiB: peaks['edge']?.growth ?? 0 };
      },
    },
  ];
}
