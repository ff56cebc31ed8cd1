import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { Expiry } from '../fold/changes.ts';

/** Removes what is older than it may become. */
export async function expire(db: Database, partition: number, expiries: readonly Expiry[]): Promise<void> {
  for (const { sequence, messagesBefore, requestsBefore } of expiries) {
    if (messagesBefore > 0) {
      await sql`
        with gone as (
          delete from message where partition = ${partition} and seq < ${sequence} and retention <> 'store'
            and published_at < to_timestamp(${messagesBefore}::float8 / 1000)
          returning partition, seq
        )
        delete from delivery d using gone where d.partition = gone.partition and d.seq = gone.seq`.execute(
        db,
      );
    }
    if (requestsBefore > 0) {
      await sql`
        delete from open_request where partition = ${partition} and seq < ${sequence}
          and opened_at < to_timestamp(${requestsBefore}::float8 / 1000)`.execute(db);
    }
  }
}
