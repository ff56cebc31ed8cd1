import { cpuPer, named, watch } from '../measure/watch.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Measurement, Scene } from './workload.ts';

/** Publish, deliver and acknowledge under `cache`: as much as goes, then at a steady rate below that. */
export function cache(scene: Scene): Promise<readonly Measurement[]> {
  const { django, rabbitmq } = scene.peers;
  return cycles('a', scene, 'cache', [
    scene.ours,
    ...(django ? [django] : []),
    ...(rabbitmq ? [rabbitmq] : []),
  ]);
}

/** The same where messages are kept. */
export function store(scene: Scene): Promise<readonly Measurement[]> {
  return cycles('b', scene, 'store', [scene.ours]);
}

async function cycles(
  letter: string,
  { sizes, generator }: Scene,
  retention: 'cache' | 'store',
  subjects: readonly Subject[],
): Promise<readonly Measurement[]> {
  const measurements = subjects.map(async (subject): Promise<readonly Measurement[]> => {
    const topics = await subject.topics(sizes.topics, retention);
    const options = { wire: subject.wire, topics, payloadBytes: sizes.payload };
    /** What the rate is a part of; each round's comes right before. */
    let fullSpeed = 0;
    return [
      {
        workload: letter,
        subject: subject.name,
        async measure(seconds) {
          const inFlight = Math.ceil(sizes.inFlight / topics.length);
          const pace = { inFlight: Math.min(inFlight, subject.mostInFlight ?? inFlight) };
          const watched = await watch(subject, () => generator.run('cycle', { ...options, seconds, pace }));
          const { perSecond, messages } = watched.result;
          fullSpeed = perSecond;
          return { perSecond, ...cpuPer(messages, watched) };
        },
      },
      {
        workload: `${letter}-steady`,
        subject: subject.name,
        async measure(seconds) {
          const rate = Math.max(fullSpeed * sizes.steadyShare, 1);
          const watched = await watch(subject, () =>
            generator.run('cycle', { ...options, seconds, pace: { rate } }),
          );
          const { messages, answered, delivered } = watched.result;
          return {
            perSecond: rate,
            ...named('answered', answered),
            ...named('delivered', delivered),
            ...cpuPer(messages, watched),
          };
        },
      },
    ];
  });
  return (await Promise.all(measurements)).flat();
}
