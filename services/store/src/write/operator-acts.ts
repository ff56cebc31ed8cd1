import type { ContentExpired, LogRecord, OperatorAct } from '@dasf-broker/log';
import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import { storableText } from './storable-text.ts';

/**
 * Records, one by one as operators are few, what they began (an id's first event without an outcome) and what came of
 * it (any later one with an outcome), and removes between them what is too old.
 */
export async function writeActs(
  db: Database,
  partition: number,
  acts: Iterable<LogRecord<OperatorAct | ContentExpired>>,
): Promise<void> {
  for (const { event, sequence, time } of acts) {
    if (event.type === 'expired') {
      await sql`
        delete from operator_act where partition = ${partition} and seq < ${sequence}
          and at < to_timestamp(${event.actsBefore ?? 0}::float8 / 1000)`.execute(db);
      continue;
    }
    const { id, user, act, topic, target, change, outcome } = event;
    if (outcome === undefined) {
      await sql`
        insert into operator_act (partition, seq, id, at, "user", act, topic, target, change)
        values (${partition}::int, ${sequence}::bigint, ${storableText(id)},
          to_timestamp(${time}::float8 / 1000), ${storableText(user)}, ${storableText(act)},
          ${storableText(topic)}, ${storableText(target)}, ${storableText(change)})
        on conflict do nothing`.execute(db);
    } else {
      await sql`
        update operator_act set outcome = ${storableText(outcome)}
        where partition = ${partition} and id = ${storableText(id)}`.execute(db);
    }
  }
}
