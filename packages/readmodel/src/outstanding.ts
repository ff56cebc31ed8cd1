import { sql } from 'kysely';
import { findGaps, type Gaps } from './gaps.ts';
import type { Database } from './read-model.ts';

/** Which messages are asked for: those of a topic that a user has still to get, in a range of sequences. */
export interface OutstandingRange {
  readonly uid: string;
  readonly user: string;
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly upTo: number;
}

export interface OutstandingRow {
  readonly sequence: number;
  readonly messageId: string;
  readonly frame: Uint8Array;
  /** A large frame is in so many pieces; then `frame` is empty. */
  readonly pieces?: number;
}

export interface OutstandingPage {
  /** More follow after the last of these. */
  readonly more: boolean;
  readonly messages: readonly OutstandingRow[];
}

const MAX_BYTES = 512 * 1024;
const MAX_ROWS = 1000;
/** What a message takes in an answer besides its frame and its id. */
const OVERHEAD_BYTES = 32;

interface Row {
  readonly seq: string;
  readonly message_id: string;
  readonly frame: Uint8Array;
  readonly pieces: number;
  readonly more: boolean;
}

/**
 * The oldest of a user's outstanding messages (DLV-4), oldest first: at least one where there is any, and as
 * many as fit `maxBytes`. Reads what is outstanding, and nothing of what is not, however much that is.
 */
export async function findOutstanding(
  database: Database,
  range: OutstandingRange,
  maxBytes: number = MAX_BYTES,
): Promise<OutstandingPage> {
  let { after } = range;
  for (;;) {
    const gaps = await findGaps(database, { ...range, after });
    const page = await readPage(database, { ...range, after }, gaps, maxBytes);
    const isEnd = gaps.upTo >= range.upTo;
    // Gaps may be empty, where what a user left out was removed: then there may be more behind them.
    if (isEnd || page.messages.length > 0) return { ...page, more: page.more || !isEnd };
    after = gaps.upTo;
  }
}

async function readPage(
  database: Database,
  { uid, after }: OutstandingRange,
  { stretches, upTo }: Gaps,
  maxBytes: number,
): Promise<OutstandingPage> {
  // A message of retention `cache` is there until anyone acknowledges it; under the other two rules each
  // user's acknowledgement counts for that user. Each branch reads one end of the index and stops. Sizes are
  // known without reading the frames.
  const size = sql`octet_length(frame) + 2 * octet_length(message_id) + ${OVERHEAD_BYTES}::int as size`;
  const { rows } = await sql<Row>`
    with due as (
      (select partition, seq, ${size} from message
        where topic_uid = ${uid} and retention = 'cache' and seq > ${after} and seq <= ${upTo}
        order by seq limit ${MAX_ROWS + 1})
      union all
      (select kept.* from unnest(array['cacheall', 'store']) as rule
        cross join unnest(${stretches.map(({ first }) => first)}::bigint[],
          ${stretches.map(({ last }) => last)}::bigint[]) as gap(first, last)
        cross join lateral (
          select partition, seq, ${size} from message
          where topic_uid = ${uid} and retention = rule and seq between gap.first and gap.last
          order by seq limit ${MAX_ROWS + 1}) as kept
        order by kept.seq limit ${MAX_ROWS + 1})
    ), oldest as (
      select * from due order by seq limit ${MAX_ROWS + 1}
    ), sized as (
      select partition, seq, sum(size) over w as total, row_number() over w as number, count(*) over () as due
      from oldest window w as (order by seq rows unbounded preceding)
    ), page as (
      select * from sized where number = 1 or (total <= ${maxBytes} and number <= ${MAX_ROWS})
    )
    select m.seq, m.message_id, m.frame, m.pieces, page.due > (select count(*) from page) as more
    from page join message m on m.partition = page.partition and m.seq = page.seq
    order by m.seq`.execute(database);
  const messages = rows.map((row) => ({
    sequence: Number(row.seq),
    messageId: row.message_id,
    frame: row.frame,
    ...(row.pieces > 0 ? { pieces: row.pieces } : {}),
  }));
  return { more: rows[0]?.more ?? false, messages };
}
