import { Migration } from '@mikro-orm/migrations';

/** Pieces have places of their own in the log, and belong to no message until one says that it has them. */
const UP = [
  'alter table message_piece rename column seq to message_seq',
  'alter table message_piece add column seq bigint, add column stored_at timestamptz(3)',
  `update message_piece p set seq = m.seq - m.pieces + p.ordinal - 1, stored_at = m.published_at from message m
    where m.partition = p.partition and m.seq = p.message_seq`,
  'delete from message_piece where seq is null',
  'alter table message_piece drop constraint message_piece_pkey, add primary key (partition, seq)',
  'alter table message_piece alter column message_seq drop not null, alter column stored_at set not null',

  'create index message_piece_message_index on message_piece (partition, message_seq, ordinal)',
  `create index message_piece_alone_index on message_piece (partition, stored_at) where message_seq is null`,
  ...follows('message_seq'),
];

const DOWN = [
  'drop index message_piece_alone_index',
  'drop index message_piece_message_index',
  'delete from message_piece where message_seq is null',
  'alter table message_piece drop column seq, drop column stored_at',
  'alter table message_piece rename column message_seq to seq',
  'alter table message_piece add primary key (partition, seq, ordinal)',
  ...follows('seq'),
];

/** What happens to pieces when their message is removed. */
function follows(column: string): string[] {
  return [
    `create or replace function remove_message_pieces() returns trigger language plpgsql as $$
    begin
      delete from message_piece p using gone
        where gone.pieces > 0 and p.partition = gone.partition and p.${column} = gone.seq;
      return null;
    end $$`,
  ];
}

export class PiecesOfTheirOwnMigration extends Migration {
  override up(): void {
    for (const statement of UP) this.addSql(statement);
  }

  override down(): void {
    for (const statement of DOWN) this.addSql(statement);
  }
}
