import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { ChangedRequest } from '../fold/changes.ts';
import { storableText } from './storable-text.ts';

/** GC-3: which requests wait for an answer. */
export async function writeRequests(
  db: Database,
  partition: number,
  changed: readonly ChangedRequest[],
): Promise<void> {
  await forget(
    db,
    changed.filter((request) => request.forgotten),
  );
  await insert(db, partition, changed);
  await addFragments(
    db,
    changed.filter((request) => request.fragments.length > 0),
  );
}

async function forget(db: Database, requests: readonly ChangedRequest[]): Promise<void> {
  if (requests.length === 0) return;
  await sql`
    delete from open_request r using ${keysOf(requests)} as v(uid, context)
    where r.topic_uid = v.uid and r.request_context = v.context`.execute(db);
}

async function insert(db: Database, partition: number, requests: readonly ChangedRequest[]): Promise<void> {
  const opened = requests.flatMap((request) =>
    request.opened ? [{ ...request.opened, uid: request.uid, context: request.context }] : [],
  );
  if (opened.length === 0) return;
  await sql`
    insert into open_request (topic_uid, request_context, partition, seq, opened_at, received)
    select v.uid, v.context, ${partition}::int, v.seq, to_timestamp(v.at / 1000), '{}'
    from unnest(${opened.map(({ uid }) => uid)}::text[],
      ${opened.map(({ context }) => storableText(context))}::text[],
      ${opened.map(({ sequence }) => sequence)}::bigint[],
      ${opened.map(({ time }) => time)}::float8[]) as v(uid, context, seq, at)
    where not exists (select from topic_tombstone d where d.uid = v.uid)
    on conflict do nothing`.execute(db);
}

/** Fragments may come again, and in any order: a set of ranges holds them in little space. */
async function addFragments(db: Database, requests: readonly ChangedRequest[]): Promise<void> {
  if (requests.length === 0) return;
  const received = requests.map(({ fragments }) => `{${fragments.map((at) => `[${at},${at}]`).join(',')}}`);
  await sql`
    update open_request r set received = r.received + v.received::int8multirange,
      num_fragments = coalesce(r.num_fragments, v.total)
    from unnest(${requests.map(({ uid }) => uid)}::text[],
      ${requests.map(({ context }) => storableText(context))}::text[], ${received}::text[],
      ${requests.map(({ numFragments }) => numFragments ?? null)}::bigint[]) as v(uid, context, received, total)
    where r.topic_uid = v.uid and r.request_context = v.context`.execute(db);
  await sql`
    delete from open_request r using ${keysOf(requests)} as v(uid, context)
    where r.topic_uid = v.uid and r.request_context = v.context
      and r.received @> int8multirange(int8range(lower(r.received), lower(r.received) + r.num_fragments))`.execute(
    db,
  );
}

function keysOf(requests: readonly ChangedRequest[]) {
  return sql`unnest(${requests.map(({ uid }) => uid)}::text[],
    ${requests.map(({ context }) => storableText(context))}::text[])`;
}
