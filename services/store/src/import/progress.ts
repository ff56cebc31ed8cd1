import type { LogStreams } from '@dasf-broker/log';
import { CommandFault } from '../command-fault.ts';
import type { DatabaseSession } from '../database-session.ts';

/** How far an import has come in a partition: the greatest numbers there of what came over. */
export interface Reached {
  readonly topics: number;
  readonly messages: number;
}

const PAUSE_MS = 200;
const PATIENCE_MS = 60_000;

/**
 * How far earlier imports have come, by partition: all that the log holds is folded first.
 *
 * @throws {CommandFault} where no store folds it, or the database is of another version
 */
export async function readReached(
  session: DatabaseSession,
  streams: LogStreams,
  source: string,
  signal: AbortSignal,
): Promise<readonly Reached[]> {
  await assertTable(session);
  const reached: Reached[] = [];
  for (let partition = 0; partition < streams.partitions; partition += 1) {
    const { epoch, last } = await streams.end(partition);
    await untilFolded(session, { partition, epoch, last }, signal);
    const [row] = await session.query<{ topics: string; messages: string }>(
      'select topics, messages from import_progress where partition = $1 and source = $2',
      [partition, source],
    );
    reached.push({ topics: Number(row?.topics ?? 0), messages: Number(row?.messages ?? 0) });
  }
  return reached;
}

async function assertTable(session: DatabaseSession): Promise<void> {
  const [found] = await session.query<{ oid: string | null }>("select to_regclass('import_progress') as oid");
  if (found?.oid) return;
  throw new CommandFault(
    'The database of this broker is not up to date: run the migration first (npm start does).',
  );
}

async function untilFolded(
  session: DatabaseSession,
  end: { readonly partition: number; readonly epoch: string; readonly last: number },
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    signal.throwIfAborted();
    const [row] = await session.query<{ epoch: string | null; seq: string }>(
      'select epoch, seq from projection where partition = $1',
      [end.partition],
    );
    if (end.last === 0 || (row?.epoch === end.epoch && Number(row.seq) >= end.last)) return;
    if (performance.now() > deadline) {
      throw new CommandFault(
        `No store has folded partition ${end.partition} as far as its log goes: an import needs the broker to run.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
