import { Migration } from '@mikro-orm/migrations';

/** How far imports from other brokers have come. */
export class ImportsMigration extends Migration {
  override up(): void {
    this.addSql(`create table import_progress (
      partition int not null,
      source text not null,
      topics bigint not null,
      messages bigint not null,
      primary key (partition, source)
    )`);
  }

  override down(): void {
    this.addSql('drop table import_progress');
  }
}
