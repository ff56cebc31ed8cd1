import { named } from '../measure/watch.ts';
import type { Measurement, Scene } from './workload.ts';

/** As many streams as the broker's log has by default. */
const STREAMS = 4;

/** What the log can do with nothing around it. */
export async function floor({ sizes, generator, bare }: Scene): Promise<readonly Measurement[]> {
  const options = { natsUrl: bare.natsUrl, streams: STREAMS, payloadBytes: sizes.payload };
  const { floorInFlight: inFlight, floorBatch: batch } = sizes;
  return [
    {
      workload: 'floor-single',
      subject: 'floor',
      async measure(seconds) {
        const { perSecond, latency } = await generator.run('appendSingly', { ...options, seconds, inFlight });
        return { perSecond, ...named('append', latency) };
      },
    },
    {
      workload: 'floor-batch',
      subject: 'floor',
      async measure(seconds) {
        const { perSecond, latency } = await generator.run('appendBatches', { ...options, seconds, batch });
        return { perSecond, ...named('append', latency) };
      },
    },
    {
      workload: 'floor-pair',
      subject: 'floor',
      async measure(seconds) {
        const { latency } = await generator.run('appendPairs', { ...options, seconds });
        return named('pair', latency);
      },
    },
  ];
}
