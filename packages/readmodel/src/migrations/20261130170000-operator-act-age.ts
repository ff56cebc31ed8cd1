import { Migration } from '@mikro-orm/migrations';

/** What operators did is kept for a time. */
export class OperatorActAgeMigration extends Migration {
  override up(): void {
    this.addSql('create index operator_act_age_index on operator_act (partition, at)');
  }

  override down(): void {
    this.addSql('drop index operator_act_age_index');
  }
}
