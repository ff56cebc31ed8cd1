import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { ChangedAct } from '../fold/changes.ts';
import { storableText } from './storable-text.ts';

/** Records what operators began, and what came of what they had begun. */
export async function writeActs(
  db: Database,
  partition: number,
  acts: ReadonlyMap<string, ChangedAct>,
): Promise<void> {
  for (const [id, { begun, outcome }] of acts) {
    if (begun) {
      const { user, act, topic, target, change } = begun.event;
      await sql`
        insert into operator_act (partition, seq, id, at, "user", act, topic, target, change)
        values (${partition}::int, ${begun.sequence}::bigint, ${storableText(id)},
          to_timestamp(${begun.time}::float8 / 1000), ${storableText(user)}, ${storableText(act)},
          ${storableText(topic)}, ${storableText(target)}, ${storableText(change)})
        on conflict do nothing`.execute(db);
    }
    if (outcome !== undefined) {
      await sql`
        update operator_act set outcome = ${storableText(outcome)}
        where partition = ${partition} and id = ${storableText(id)}`.execute(db);
    }
  }
}
