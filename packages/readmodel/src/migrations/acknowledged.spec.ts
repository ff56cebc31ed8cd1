import { createDatabase } from '@dasf-broker/testing';
import { MikroORM } from '@mikro-orm/postgresql';
import { expect, inject, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { ormOptions } from '../options.ts';

const MESSAGES = `
  insert into topic (uid, slug, partition) values ('one', 'one', 0), ('two', 'two', 0);
  insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, published_at, frame)
  select 0, seq, case when seq % 10 = 0 then 'two' else 'one' end, 't', 'm' || seq, 'ann',
    case when seq % 7 = 0 then 'cache' else 'store' end, now(), ''
  from generate_series(1, 40) as seq;
  insert into delivery (partition, seq, "user", at)
  select 0, seq, 'bob', now() from message where topic_uid = 'one' and retention = 'store' and seq <> 17;`;

test('what was delivered one by one becomes stretches, and can become rows again', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  const orm = await MikroORM.init(ormOptions(database.url));
  try {
    await orm.migrator.up({ to: '20261123000000-initial' });
    await orm.em.getConnection().executeDump(MESSAGES);
    await migrate(database.url);
    const select = (query: string) => orm.em.getConnection().execute(query);
    expect(await select('select "user", first_seq::int, last_seq::int from acknowledged order by 2')).toEqual(
      [
        { user: 'bob', first_seq: 1, last_seq: 16 },
        { user: 'bob', first_seq: 18, last_seq: 39 },
      ],
    );
    expect(await select('select uid, last_kept_seq::int as last from topic order by 1')).toEqual([
      { uid: 'one', last: 39 },
      { uid: 'two', last: 40 },
    ]);
    expect(
      await select('select previous_seq::int as p from message where seq in (20, 21, 22) order by seq'),
    ).toEqual([{ p: 10 }, { p: null }, { p: 19 }]);
    await orm.migrator.down({ to: '20261123000000-initial' });
    expect(await select('select count(*)::int as count from delivery')).toEqual([{ count: 30 }]);
  } finally {
    await orm.close(true);
  }
});
