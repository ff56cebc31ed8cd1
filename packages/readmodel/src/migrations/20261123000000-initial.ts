import { Migration } from '@mikro-orm/migrations';

const UP = [
  `create table topic (
    uid text primary key,
    slug text not null,
    partition int not null,
    public boolean not null default false,
    supports_dasf boolean not null default false,
    retention text null,
    response_for_uid text null,
    response_for_slug text null,
    creator text null,
    created_at timestamptz(3) null,
    revision bigint not null default 0,
    last_ping timestamptz(3) null,
    last_pong timestamptz(3) null,
    api_info text null
  )`,
  'create index topic_slug_index on topic (slug)',
  'create index topic_partition_index on topic (partition)',
  `create table topic_grant (
    topic_uid text not null,
    permission text not null,
    "user" text not null,
    primary key (topic_uid, permission, "user")
  )`,
  `create table topic_tombstone (
    uid text primary key,
    partition int not null,
    deleted_at timestamptz(3) not null
  )`,
  `create table consumer (
    topic_uid text not null,
    "user" text not null,
    first_seen timestamptz(3) not null,
    primary key (topic_uid, "user")
  )`,
  `create table presence (
    connection text primary key,
    topic_uid text not null,
    partition int not null,
    "user" text not null,
    subscription text not null,
    edge text not null,
    joined_at timestamptz(3) not null
  )`,
  'create index presence_topic_index on presence (topic_uid)',
  'create index presence_edge_index on presence (partition, edge)',
  `create table message (
    partition int not null,
    seq bigint not null,
    topic_uid text not null,
    topic text not null,
    message_id text not null,
    "user" text not null,
    retention text not null,
    message_type text null,
    response_topic text null,
    source_topic text null,
    request_context text null,
    fragment bigint null,
    num_fragments bigint null,
    published_at timestamptz(3) not null,
    frame bytea not null,
    primary key (partition, seq)
  )`,
  'create index message_topic_index on message (topic_uid, seq)',
  'create index message_id_index on message (topic_uid, message_id)',
  `create table delivery (
    partition int not null,
    seq bigint not null,
    "user" text not null,
    at timestamptz(3) not null,
    primary key (partition, seq, "user")
  )`,
  `create table projection (
    partition int primary key,
    epoch text null,
    seq bigint not null default 0,
    owner text null,
    owner_epoch bigint not null default 0,
    lease_until timestamptz(3) null,
    updated_at timestamptz(3) null
  )`,
  `create table dead_event (
    partition int not null,
    epoch text not null,
    seq bigint not null,
    subject text not null,
    headers text not null,
    body bytea not null,
    reason text not null,
    at timestamptz(3) not null,
    primary key (partition, epoch, seq)
  )`,
];

const TABLES =
  'topic, topic_grant, topic_tombstone, consumer, presence, message, delivery, projection, dead_event';

export class InitialMigration extends Migration {
  override up(): void {
    for (const statement of UP) this.addSql(statement);
  }

  override down(): void {
    this.addSql(`drop table ${TABLES}`);
  }
}
