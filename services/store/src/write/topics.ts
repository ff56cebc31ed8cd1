import type { Database } from '@dasf-broker/readmodel';
import { GRANTS } from '@dasf-broker/registry';
import { sql } from 'kysely';
import type { ChangedTopic, TouchedTopic } from '../fold/changes.ts';
import { storableText } from './storable-text.ts';

/** Removes all that these topics had and leaves tombstones, so that a late event does not bring one back. */
export async function deleteTopics(
  db: Database,
  partition: number,
  deleted: ReadonlyMap<string, number>,
): Promise<void> {
  if (deleted.size === 0) return;
  const uids = [...deleted.keys()];
  await sql`
    insert into topic_tombstone (uid, partition, deleted_at)
    select uid, ${partition}::int, to_timestamp(at / 1000)
    from unnest(${uids}::text[], ${[...deleted.values()]}::float8[]) as d(uid, at)
    on conflict (uid) do update set deleted_at = excluded.deleted_at`.execute(db);
  await sql`
    with gone as (delete from message where topic_uid = any(${uids}::text[]) returning partition, seq)
    delete from delivery d using gone where d.partition = gone.partition and d.seq = gone.seq`.execute(db);
  const tables = ['topic_grant', 'consumer', 'presence', 'message_piece', 'acknowledged', 'open_request'];
  for (const table of tables) {
    await sql`delete from ${sql.table(table)} where topic_uid = any(${uids}::text[])`.execute(db);
  }
  await sql`delete from topic where uid = any(${uids}::text[])`.execute(db);
}

/** Makes a stub of each topic that has no row, and moves its signs of life and use. */
export async function touchTopics(
  db: Database,
  partition: number,
  touched: ReadonlyMap<string, TouchedTopic>,
): Promise<void> {
  if (touched.size === 0) return;
  const uids = [...touched.keys()];
  const topics = [...touched.values()];
  await sql`
    insert into topic (uid, slug, partition, last_event)
    select v.uid, v.slug, ${partition}::int, to_timestamp(v.first / 1000)
    from unnest(${uids}::text[], ${topics.map((topic) => topic.slug)}::text[],
      ${topics.map((topic) => topic.firstEvent)}::float8[]) as v(uid, slug, first)
    where not exists (select from topic_tombstone d where d.uid = v.uid)
    on conflict do nothing`.execute(db);
  await sql`
    update topic t set
      last_ping = greatest(t.last_ping, to_timestamp(nullif(v.ping, 0) / 1000)),
      last_pong = greatest(t.last_pong, to_timestamp(nullif(v.pong, 0) / 1000)),
      last_event = greatest(t.last_event, to_timestamp(v.event / 1000)),
      api_info = coalesce(v.info, t.api_info)
    from unnest(${uids}::text[],
      ${topics.map((topic) => topic.lastPing)}::float8[], ${topics.map((topic) => topic.lastPong)}::float8[],
      ${topics.map((topic) => topic.lastEvent)}::float8[],
      ${topics.map((topic) => storableText(topic.apiInfo))}::text[]) as v(uid, ping, pong, event, info)
    where t.uid = v.uid and v.event > 0`.execute(db);
}

/**
 * Takes over what the registry says of these topics, where it is newer than what is known.
 *
 * @returns `shrunk`: topics on which somebody lost the stored right to consume (ACK-3)
 */
export async function changeTopics(
  db: Database,
  partition: number,
  changed: ReadonlyMap<string, ChangedTopic>,
): Promise<{ shrunk: readonly string[] }> {
  if (changed.size === 0) return { shrunk: [] };
  const topics = [...changed].map(([uid, { revision, entry }]) => ({ ...entry, uid, revision }));
  const { rows } = await sql<{ uid: string }>`
    insert into topic as t (uid, slug, partition, public, supports_dasf, retention,
      response_for_uid, response_for_slug, creator, created_at, revision)
    select v.uid, v.slug, ${partition}::int, v.public, v.supports_dasf, v.retention,
      v.response_for_uid, v.response_for_slug, v.creator, v.created::timestamptz, v.revision
    from jsonb_to_recordset(${JSON.stringify(topics.map(rowOf))}::jsonb) as v(uid text, slug text, public boolean,
      supports_dasf boolean, retention text, response_for_uid text, response_for_slug text, creator text,
      created text, revision bigint)
    where not exists (select from topic_tombstone d where d.uid = v.uid)
    on conflict (uid) do update set slug = excluded.slug, public = excluded.public,
      supports_dasf = excluded.supports_dasf, retention = excluded.retention,
      response_for_uid = excluded.response_for_uid, response_for_slug = excluded.response_for_slug,
      creator = excluded.creator, created_at = excluded.created_at, revision = excluded.revision
    where excluded.revision > t.revision
    returning t.uid`.execute(db);
  const taken = new Set(rows.map((row) => row.uid));
  return { shrunk: await replaceGrants(db, new Map([...changed].filter(([uid]) => taken.has(uid)))) };
}

function rowOf(topic: ChangedTopic['entry'] & { readonly revision: number }) {
  return {
    uid: topic.uid,
    slug: topic.slug,
    public: topic.public,
    supports_dasf: topic.supportsDasf,
    retention: topic.retention,
    response_for_uid: topic.responseFor?.uid ?? null,
    response_for_slug: topic.responseFor?.slug ?? null,
    creator: topic.creator,
    created: topic.created,
    revision: topic.revision,
  };
}

async function replaceGrants(db: Database, topics: ReadonlyMap<string, ChangedTopic>): Promise<string[]> {
  const grants = [...topics].flatMap(([uid, { entry }]) =>
    GRANTS.flatMap((permission) => entry.grants[permission].map((user) => ({ uid, permission, user }))),
  );
  const given = sql`unnest(${grants.map((grant) => grant.uid)}::text[],
    ${grants.map((grant) => grant.permission)}::text[],
    ${grants.map((grant) => grant.user)}::text[]) as v(topic_uid, permission, "user")`;
  const { rows } = await sql<{ topic_uid: string; permission: string }>`
    delete from topic_grant g where g.topic_uid = any(${[...topics.keys()]}::text[])
      and (g.topic_uid, g.permission, g."user") not in (select * from ${given})
    returning topic_uid, permission`.execute(db);
  await sql`
    insert into topic_grant (topic_uid, permission, "user") select distinct * from ${given}
    on conflict do nothing`.execute(db);
  return rows.filter((row) => row.permission === 'can_consume').map((row) => row.topic_uid);
}
