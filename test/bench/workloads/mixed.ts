import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BulkOptions } from '../bulk.ts';
import { named } from '../measure/watch.ts';
import { type Percentiles, percentilesOf } from '../percentiles.ts';
import { Probe } from '../probe.ts';
import type { Measurement, Scene } from './workload.ts';

const MEBIBYTE = 1024 * 1024;
const SMALL_FRAMES_A_SECOND = 50;

/** Small frames alone, then beside large ones; `npm run bench:mixed` looks closer. */
export async function mixed({ sizes, ours, closing }: Scene): Promise<readonly Measurement[]> {
  const [small = '', large = ''] = await ours.topics(2);
  const edge = ours.stack.edge;
  const token = ours.wire.authorization.replace('Bearer ', '');
  const probe = closing.use(await Probe.open({ edge, token, topic: small, rate: SMALL_FRAMES_A_SECOND }));
  const frameBytes = sizes.largeMiB * MEBIBYTE;
  const workerData: BulkOptions = { edge, token, topic: large, frameBytes, producers: 1, consumers: 1 };
  const bulk = new Worker(new URL('../bulk-worker.ts', import.meta.url), { workerData });
  closing.defer(async () => void (await bulk.terminate()));
  await once(bulk, 'message');
  const smallOnes = async (seconds: number): Promise<Percentiles> =>
    percentilesOf((await probe.run(seconds)).delivered);
  return [
    {
      workload: 'h',
      subject: ours.name,
      async measure(seconds) {
        const alone = await smallOnes(seconds);
        bulk.postMessage('start');
        const beside = await smallOnes(seconds);
        bulk.postMessage('stop');
        await once(bulk, 'message');
        const times = { p50Times: beside.p50 / alone.p50, p99Times: beside.p99 / alone.p99 };
        return { ...named('alone', alone), ...named('delivered', beside), ...times };
      },
    },
  ];
}
