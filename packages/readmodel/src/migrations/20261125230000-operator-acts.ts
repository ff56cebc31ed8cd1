import { Migration } from '@mikro-orm/migrations';

const UP = `create table operator_act (
  partition int not null,
  seq bigint not null,
  id text not null,
  at timestamptz(3) not null,
  "user" text not null,
  act text not null,
  topic text null,
  target text null,
  change text not null,
  outcome text null,
  primary key (partition, seq),
  constraint operator_act_id_index unique (partition, id)
)`;

/** Who did what. */
export class OperatorActsMigration extends Migration {
  override up(): void {
    this.addSql(UP);
  }

  override down(): void {
    this.addSql('drop table operator_act');
  }
}
