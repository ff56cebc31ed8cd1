import type { Logger } from '@dasf-broker/telemetry';
import { sql } from 'kysely';
import type { StoreParts } from '../worker/parts.ts';
import { pause } from '../worker/pause.ts';

/** GC-2: appends that an edge is gone, once it was silent for too long and has connections here. */
export async function judgeEdges(
  parts: StoreParts,
  partition: number,
  halted: () => boolean,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const { edges, readModel, appender, times } = parts;
  const since = performance.now();
  for (;;) {
    await pause(times.edgeCheck, signal);
    if (signal.aborted) return;
    if (halted()) continue;
    try {
      const { rows } = await sql<{ edge: string }>`
        select distinct edge from presence where partition = ${partition}`.execute(readModel.database);
      for (const { edge } of rows.filter((row) => edges.silence(row.edge, since) > times.edgeSilence)) {
        logger.warn({ edge }, 'an edge is gone');
        await appender.append(partition, { type: 'edge-gone', edge });
      }
      edges.forget(2 * times.edgeSilence);
    } catch (error) {
      logger.warn({ err: error }, 'edges could not be judged; trying again');
    }
  }
}
