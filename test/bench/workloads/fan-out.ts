import { cpuPer, named, watch } from '../measure/watch.ts';
import type { Measurement, Scene } from './workload.ts';

/** One message to many consumers. */
export async function fanOut({ sizes, generator, ours }: Scene): Promise<readonly Measurement[]> {
  const [topic = ''] = await ours.topics(1);
  const { consumers, fanOutInFlight: inFlight, payload: payloadBytes } = sizes;
  const options = { wire: ours.wire, topic, consumers, payloadBytes, inFlight };
  return [
    {
      workload: 'g',
      subject: ours.name,
      async measure(seconds) {
        const watched = await watch(ours, () => generator.run('fanOut', { ...options, seconds }));
        const { messages, deliveriesPerSecond: perSecond, last } = watched.result;
        return { perSecond, ...named('last', last), ...cpuPer(messages * consumers, watched) };
      },
    },
  ];
}
