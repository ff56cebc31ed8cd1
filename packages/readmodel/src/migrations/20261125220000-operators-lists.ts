import { Migration } from '@mikro-orm/migrations';

const UP = [
  'create index message_time_index on message (published_at, partition, seq)',
  'create index topic_response_index on topic (response_for_uid) where response_for_uid is not null',
];

const DOWN = ['drop index topic_response_index', 'drop index message_time_index'];

/** What operators' lists are read by. */
export class OperatorsListsMigration extends Migration {
  override up(): void {
    for (const statement of UP) this.addSql(statement);
  }

  override down(): void {
    for (const statement of DOWN) this.addSql(statement);
  }
}
