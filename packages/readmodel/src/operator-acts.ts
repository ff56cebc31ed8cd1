import { sql } from 'kysely';
import type { Database } from './read-model.ts';

/** Which acts are listed; what is left out makes no difference. */
export interface ActQuery {
  readonly user?: string | undefined;
  readonly act?: string | undefined;
  readonly topic?: string | undefined;
  readonly target?: string | undefined;
  /** Inclusive. */
  readonly since?: Date | undefined;
  /** Exclusive. */
  readonly until?: Date | undefined;
  /** Only what is older than the act at this sequence. */
  readonly after?: number | undefined;
  readonly limit: number;
}

export interface RecordedAct {
  readonly sequence: number;
  readonly at: Date;
  readonly user: string;
  readonly act: string;
  readonly topic: string | null;
  readonly target: string | null;
  /** JSON, or empty. */
  readonly change: string;
  readonly outcome: string | null;
}

export interface ActList {
  readonly acts: readonly RecordedAct[];
  /** The next page is what is older than this; `null` at the end. */
  readonly next: number | null;
}

interface Row {
  readonly seq: string;
  readonly at: string;
  readonly user: string;
  readonly act: string;
  readonly topic: string | null;
  readonly target: string | null;
  readonly change: string;
  readonly outcome: string | null;
}

/** So many acts are looked at for one page: where few are wanted, the rest follows on the next ones. */
const MOST_LOOKED_AT = 10_000;

/** What operators did, newest first. Reads one end of an index and stops, whatever is asked for. */
export async function listActs(
  database: Database,
  partition: number,
  { limit, after, ...query }: ActQuery,
  mostLookedAt: number = MOST_LOOKED_AT,
): Promise<ActList> {
  const older = after === undefined ? sql`` : sql`and seq < ${after}`;
  const looked = sql`with looked as materialized (
    select * from operator_act where partition = ${partition} ${older} order by seq desc limit ${mostLookedAt})`;
  const { rows } = await sql<Row>`
    ${looked} select seq, at, "user", act, topic, target, change, outcome from looked
    where ${matching(query)} order by seq desc limit ${limit + 1}`.execute(database);
  const acts = rows.slice(0, limit).map(actOf);
  if (rows.length > limit) return { acts, next: acts.at(-1)?.sequence ?? null };
  const { rows: ends } = await sql<{ seq: string | null }>`
    ${looked} select min(seq) as seq from looked having count(*) = ${mostLookedAt}`.execute(database);
  return { acts, next: ends[0]?.seq ? Number(ends[0].seq) : null };
}

function matching({ user, act, topic, target, since, until }: Omit<ActQuery, 'limit' | 'after'>) {
  const conditions = [
    sql`true`,
    ...(user === undefined ? [] : [sql`"user" = ${user}`]),
    ...(act === undefined ? [] : [sql`act = ${act}`]),
    ...(topic === undefined ? [] : [sql`topic = ${topic}`]),
    ...(target === undefined ? [] : [sql`target = ${target}`]),
    ...(since ? [sql`at >= ${since.toISOString()}::timestamptz`] : []),
    ...(until ? [sql`at < ${until.toISOString()}::timestamptz`] : []),
  ];
  return sql.join(conditions, sql` and `);
}

function actOf({ seq, at, ...rest }: Row): RecordedAct {
  return { ...rest, sequence: Number(seq), at: new Date(at) };
}
