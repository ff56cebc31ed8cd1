import { Migration } from '@mikro-orm/migrations';

const UP = [
  'alter table topic add column last_event timestamptz(3) null',
  'update topic set last_event = greatest(created_at, last_ping, last_pong)',
  `create index topic_idle_index on topic (partition, last_event) where response_for_uid is not null`,
  `create table open_request (
    topic_uid text not null,
    request_context text not null,
    partition int not null,
    seq bigint not null,
    opened_at timestamptz(3) not null,
    num_fragments bigint null,
    received int8multirange not null,
    primary key (topic_uid, request_context)
  )`,
  'create index open_request_age_index on open_request (partition, opened_at)',
  "create index message_age_index on message (partition, published_at) where retention <> 'store'",
];

const DOWN = [
  'drop index message_age_index',
  'drop table open_request',
  'drop index topic_idle_index',
  'alter table topic drop column last_event',
];

/** What clean-up is judged by. */
export class CleanUpMigration extends Migration {
  override up(): void {
    for (const statement of UP) this.addSql(statement);
  }

  override down(): void {
    for (const statement of DOWN) this.addSql(statement);
  }
}
