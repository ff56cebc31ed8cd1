import { setTimeout as pause } from 'node:timers/promises';
import type { LogStreams } from '@dasf-broker/log';
import type { TopicStatusReader } from '../status/reader.ts';

export interface FoldingPorts {
  readonly streams: Pick<LogStreams, 'end'>;
  readonly reader: Pick<TopicStatusReader, 'foldedUpTo'>;
}

const PATIENCE_MS = 2000;
const LOOK_AGAIN_MS = 25;

/**
 * Resolves when the database has all that the log holds now, so that who looks next finds what he did; soon where
 * there is no store to do it.
 */
export async function untilFolded({ streams, reader }: FoldingPorts, partition: number): Promise<void> {
  const expires = performance.now() + PATIENCE_MS;
  try {
    const { last } = await streams.end(partition);
    while ((await reader.foldedUpTo(partition)) < last && performance.now() < expires)
      await pause(LOOK_AGAIN_MS);
  } catch {
    // What was appended is in the log: the database has it sooner or later.
  }
}
