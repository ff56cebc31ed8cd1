import type { DatabaseSession } from '../database-session.ts';

const BATCH = 500;

/** A row as text, column by column. */
export type Row = readonly (string | null)[];

/** The rows of a query, one after the other, within a transaction that is open. */
export async function* rowsOf(session: DatabaseSession, query: string): AsyncGenerator<Row> {
  await session.run(`declare compared no scroll cursor for ${query}`);
  for (;;) {
    const batch = await session.arrays(`fetch ${BATCH} from compared`);
    yield* batch;
    if (batch.length < BATCH) break;
  }
  await session.run('close compared');
}
