import { Migration } from '@mikro-orm/migrations';

/**
 * Large frames are kept in pieces. Messages are removed for many reasons, in many statements; a trigger sees
 * to it that none leaves its pieces behind.
 */
const UP = [
  'alter table message add column pieces int not null default 0',
  `create table message_piece (
    partition int not null,
    seq bigint not null,
    ordinal int not null,
    topic_uid text not null,
    part bytea not null,
    primary key (partition, seq, ordinal)
  )`,
  'create index message_piece_topic_index on message_piece (topic_uid)',
  // What is compressed already costs time only.
  'alter table message_piece alter column part set storage external',
  `create function remove_message_pieces() returns trigger language plpgsql as $$
  begin
    delete from message_piece p using gone
      where gone.pieces > 0 and p.partition = gone.partition and p.seq = gone.seq;
    return null;
  end $$`,
  `create trigger message_pieces_follow after delete on message
    referencing old table as gone for each statement execute function remove_message_pieces()`,
];

const DOWN = [
  'drop trigger message_pieces_follow on message',
  'drop function remove_message_pieces',
  'drop table message_piece',
  'alter table message drop column pieces',
];

export class MessagePiecesMigration extends Migration {
  override up(): void {
    for (const statement of UP) this.addSql(statement);
  }

  override down(): void {
    for (const statement of DOWN) this.addSql(statement);
  }
}
