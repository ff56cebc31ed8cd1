import { sql } from 'kysely';
import type { Database } from '../read-model.ts';
import { COLUMNS, DELIVERED, type MessageSummary, type SummaryRow, summaryOf } from './summary.ts';

/** Who acknowledged a message, and when. */
export interface MessageDelivery {
  readonly user: string;
  readonly at: Date;
}

export interface MessageDetails extends MessageSummary {
  /** Of its frame. */
  readonly bytes: number;
  /** The first of them. */
  readonly deliveries: readonly MessageDelivery[];
}

/** There may be as many as a topic has consumers. */
const MOST_DELIVERIES = 1000;

interface Row extends SummaryRow {
  readonly bytes: string;
}

export async function findMessage(
  database: Database,
  partition: number,
  sequence: number,
): Promise<MessageDetails | undefined> {
  const { rows } = await sql<Row>`
    select ${COLUMNS}, ${DELIVERED} as delivered, octet_length(m.frame) + coalesce(
      (select sum(octet_length(p.part)) from message_piece p
        where m.pieces > 0 and p.partition = m.partition and p.message_seq = m.seq), 0) as bytes
    from message m where m.partition = ${partition} and m.seq = ${sequence}`.execute(database);
  const [row] = rows;
  if (!row) return undefined;
  const { rows: deliveries } = await sql<{ user: string; at: string }>`
    select "user", at from delivery where partition = ${partition} and seq = ${sequence}
    order by "user" limit ${MOST_DELIVERIES}`.execute(database);
  return {
    ...summaryOf(row),
    bytes: Number(row.bytes),
    deliveries: deliveries.map(({ user, at }) => ({ user, at: new Date(at) })),
  };
}

/** The frame of a message that is not in pieces. */
export async function findFrame(
  database: Database,
  partition: number,
  sequence: number,
): Promise<Uint8Array | undefined> {
  const { rows } = await sql<{ frame: Uint8Array }>`
    select frame from message where partition = ${partition} and seq = ${sequence}`.execute(database);
  return rows[0]?.frame;
}
