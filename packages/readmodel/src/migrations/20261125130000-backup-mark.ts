import { Migration } from '@mikro-orm/migrations';

/** How far the newest backup goes, for which the log keeps what comes after. */
export class BackupMarkMigration extends Migration {
  override up(): void {
    this.addSql('alter table projection add column backup_seq bigint null');
    this.addSql('alter table projection add column backup_at timestamptz(3) null');
  }

  override down(): void {
    this.addSql('alter table projection drop column backup_at');
    this.addSql('alter table projection drop column backup_seq');
  }
}
