import { Migration } from '@mikro-orm/migrations';

const UP = [
  'alter table topic add column last_kept_seq bigint not null default 0',
  'alter table message add column previous_seq bigint null',
  `create table acknowledged (
    topic_uid text not null,
    "user" text not null,
    last_seq bigint not null,
    first_seq bigint not null,
    primary key (topic_uid, "user", last_seq)
  )`,
  // The rule comes before the place, so that a topic's messages of one rule can be read without the others.
  'drop index message_topic_index',
  'create index message_topic_index on message (topic_uid, retention, seq)',
  `update message m set previous_seq = placed.previous
    from (
      select partition, seq, coalesce(lag(seq) over (partition by topic_uid order by seq), 0) as previous
      from message where retention <> 'cache'
    ) as placed
    where m.partition = placed.partition and m.seq = placed.seq`,
  `update topic t set last_kept_seq = kept.last
    from (select topic_uid, max(seq) as last from message where retention <> 'cache' group by topic_uid) as kept
    where t.uid = kept.topic_uid`,
  `insert into acknowledged (topic_uid, "user", first_seq, last_seq)
    select topic_uid, "user", lower(stretch), upper(stretch) - 1
    from (
      select m.topic_uid, d."user", unnest(range_agg(int8range(m.previous_seq, m.seq, '(]'))) as stretch
      from delivery d join message m on m.partition = d.partition and m.seq = d.seq
      where m.retention <> 'cache' group by m.topic_uid, d."user"
    ) as stretches`,
];

const DOWN = [
  'drop table acknowledged',
  'drop index message_topic_index',
  'create index message_topic_index on message (topic_uid, seq)',
  'alter table message drop column previous_seq',
  'alter table topic drop column last_kept_seq',
];

/** What a user acknowledged as stretches instead of message by message; `delivery` says when, as before. */
export class AcknowledgedMigration extends Migration {
  override up(): void {
    for (const statement of UP) this.addSql(statement);
  }

  override down(): void {
    for (const statement of DOWN) this.addSql(statement);
  }
}
