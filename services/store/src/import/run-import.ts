import type { ProgressLine } from '../verify/progress-line.ts';
import type { DjangoBroker } from './django/django-broker.ts';
import { countMessages, readMessages } from './django/messages.ts';
import type { Users } from './django/permissions.ts';
import { type ImporterParts, PartitionImport } from './importer.ts';
import type { Reached } from './progress.ts';

export interface ImportRun {
  readonly broker: DjangoBroker;
  readonly users: Users;
  readonly reached: readonly Reached[];
  readonly progress: ProgressLine;
}

/**
 * Brings over what has not come yet: all topics, then the messages in their order. Stops where its signal is aborted;
 * the next one goes on from there.
 *
 * @returns how many messages came over
 */
export async function runImport(parts: ImporterParts, run: ImportRun): Promise<number> {
  const { broker, users, reached, progress } = run;
  const { plan, signal } = parts;
  const partitions: PartitionImport[] = [];
  for (const [partition, known] of reached.entries())
    partitions.push(await PartitionImport.open(parts, partition, known));
  for (const partition of partitions) await partition.importTopics();
  const from = Math.min(...partitions.map(({ messagesReached }) => messagesReached));
  progress.expect(await countMessages(broker, from));
  let imported = 0;
  let last = from;
  for await (const message of readMessages(broker, users, from)) {
    signal.throwIfAborted();
    const planned = plan.topics.get(message.topic);
    const partition = planned && partitions[planned.topic.partition];
    if (partition && (await partition.add(message, planned))) imported += 1;
    last = message.id;
    progress.add(1);
  }
  for (const partition of partitions) await partition.finish(last);
  progress.end();
  return imported;
}
