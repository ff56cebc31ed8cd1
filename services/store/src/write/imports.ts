import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { Changes } from '../fold/changes.ts';

/** How far imports have come. */
export async function writeImports(
  db: Database,
  partition: number,
  imports: Changes['imports'],
): Promise<void> {
  if (imports.size === 0) return;
  const progress = [...imports.values()];
  await sql`
    insert into import_progress (partition, source, topics, messages)
    select ${partition}::int, v.source, v.topics, v.messages
    from unnest(${[...imports.keys()]}::text[], ${progress.map(({ topics }) => topics)}::bigint[],
      ${progress.map(({ messages }) => messages)}::bigint[]) as v(source, topics, messages)
    on conflict (partition, source) do update set topics = excluded.topics, messages = excluded.messages`.execute(
    db,
  );
}
