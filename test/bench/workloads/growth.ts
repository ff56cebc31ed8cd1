import { cpuPer, type Watched, watch } from '../measure/watch.ts';
import { startEdges } from '../subjects/more-edges.ts';
import { storeOldMessages } from '../subjects/old-messages.ts';
import { OurBroker } from '../subjects/our-broker.ts';
import type { Measurement, Scene } from './workload.ts';

type Broker = Pick<OurBroker, 'name' | 'wire' | 'pids' | 'settled' | 'topics'>;

const ACTIVE_TOPICS = 10;
const EDGES = [1, 2, 4];
/** Connections that make topics known to the log at a time. */
const TOPICS_AT_ONCE = 500;

/** What a message costs where there is more of everything: topics, stored messages, edges. */
export async function growth(scene: Scene): Promise<readonly Measurement[]> {
  const { closing, sizes, ours } = scene;
  const crowded = closing.use(await OurBroker.start());
  await useTopics(scene, crowded, sizes.manyTopics);
  const full = closing.use(await OurBroker.start());
  await storeOldMessages(full.stack.file.databaseUrl, sizes.stored);
  const measurements = [
    await costOn(scene, 'i-few-topics', ours),
    await costOn(scene, 'i-many-topics', crowded),
    await costOn(scene, 'i-stored', full),
  ];
  const edges = await startEdges(ours.stack.file, Math.max(...EDGES) - 1, closing);
  for (const count of EDGES) {
    const others = edges.slice(0, count - 1);
    const urls = [ours.stack.edge, ...others.map(({ url }) => url)];
    const pids = () => ({
      ...ours.pids(),
      ...Object.fromEntries(others.map(({ pid }, at) => [`edge${at + 2}`, pid])),
    });
    const broker: Broker = {
      name: ours.name,
      wire: { ...ours.wire, urls },
      pids,
      settled: () => ours.settled(),
      topics: (wanted) => ours.topics(wanted),
    };
    measurements.push(await costOn(scene, `i-edges-${count}`, broker));
  }
  return measurements;
}

async function costOn({ sizes, generator }: Scene, workload: string, broker: Broker): Promise<Measurement> {
  const topics = await broker.topics(ACTIVE_TOPICS);
  const pace = { inFlight: Math.ceil(sizes.inFlight / ACTIVE_TOPICS / 2) };
  const options = { wire: broker.wire, topics, payloadBytes: sizes.payload, pace };
  return {
    workload,
    subject: broker.name,
    rounds: Math.min(sizes.rounds, 3),
    async measure(seconds) {
      const watched = await watch(broker, () => generator.run('cycle', { ...options, seconds }));
      const { messages, perSecond } = watched.result;
      const sum = (ofEdges: boolean) =>
        timeOf(watched, (name) => !ofEdges || name.startsWith('edge')) / messages;
      const ofEach = cpuPer(messages, watched);
      return { perSecond, cpu: sum(false), cpuOfEdges: sum(true), ...ofEach };
    },
  };
}

function timeOf({ cpu }: Watched<unknown>, counts: (name: string) => boolean): number {
  return Object.entries(cpu).reduce((sum, [name, time]) => (counts(name) ? sum + time : sum), 0);
}

/** A message in each of so many topics, so that the log knows them, too. */
async function useTopics({ generator, sizes }: Scene, broker: OurBroker, count: number): Promise<void> {
  const topics = await broker.topics(count);
  for (let at = 0; at < topics.length; at += TOPICS_AT_ONCE) {
    const some = topics.slice(at, at + TOPICS_AT_ONCE);
    const messages = some.length;
    const options = { wire: broker.wire, topics: some, messages, payloadBytes: sizes.payload };
    await generator.run('fill', { ...options, inFlight: messages });
  }
  await broker.settled();
}
