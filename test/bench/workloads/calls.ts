import { cpuPer, named, watch } from '../measure/watch.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Measurement, Scene } from './workload.ts';

/** One client with one call under way. */
export function oneCaller(scene: Scene): Promise<readonly Measurement[]> {
  const { django } = scene.peers;
  return calls('c', scene, 1, [scene.ours, ...(django ? [django] : [])]);
}

export function manyCallers(scene: Scene): Promise<readonly Measurement[]> {
  return calls('d', scene, scene.sizes.callers, [scene.ours]);
}

async function calls(
  workload: string,
  { sizes, generator }: Scene,
  clients: number,
  subjects: readonly Subject[],
): Promise<readonly Measurement[]> {
  const measurements = subjects.map(async (subject): Promise<Measurement> => {
    const [topic = ''] = await subject.topics(1);
    const responseTopics = Array.from({ length: clients }, (_, index) => `${topic}_client${letters(index)}`);
    const options = { wire: subject.wire, topic, responseTopics, payloadBytes: sizes.payload };
    return {
      workload,
      subject: subject.name,
      async measure(seconds) {
        const watched = await watch(subject, () => generator.run('calls', { ...options, seconds }));
        const { perSecond, calls, latency } = watched.result;
        return { perSecond, ...named('call', latency), ...cpuPer(calls, watched) };
      },
    };
  });
  return Promise.all(measurements);
}

/** Two of them: response topics end with eight letters. */
function letters(index: number): string {
  const letter = (value: number) => String.fromCharCode(97 + (value % 26));
  return letter(index / 26) + letter(index);
}
