import { createDatabase } from '@dasf-broker/testing';
import { MikroORM } from '@mikro-orm/postgresql';
import { expect, inject, test } from 'vitest';
import { ormOptions } from '../options.ts';

const BEFORE = '20261123210000-clean-up';
const MESSAGES = `
  insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, published_at, frame, pieces)
  select 0, seq, 'one', 't', 'm' || seq, 'ann', 'cache', now(), '', 2 from unnest(array[3, 9]) as seq;
  insert into message_piece (partition, seq, ordinal, topic_uid, part)
  select 0, seq, ordinal, 'one', '' from unnest(array[3, 9]) as seq, generate_series(1, 2) as ordinal;`;

test('pieces that stood before their message keep it, and go with it', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  const orm = await MikroORM.init(ormOptions(database.url));
  const select = (query: string) => orm.em.getConnection().execute(query);
  try {
    await orm.migrator.up({ to: BEFORE });
    await orm.em.getConnection().executeDump(MESSAGES);
    await orm.migrator.up();
    const pieces = 'select seq::int, message_seq::int as message, ordinal from message_piece order by seq';
    const ofNine = [
      { seq: 7, message: 9, ordinal: 1 },
      { seq: 8, message: 9, ordinal: 2 },
    ];
    expect(await select(pieces)).toEqual([
      { seq: 1, message: 3, ordinal: 1 },
      { seq: 2, message: 3, ordinal: 2 },
      ...ofNine,
    ]);
    await select('delete from message where seq = 3');
    expect(await select(pieces)).toEqual(ofNine);

    await orm.migrator.down({ to: BEFORE });
    expect(await select('select seq::int, ordinal from message_piece order by 2')).toEqual([
      { seq: 9, ordinal: 1 },
      { seq: 9, ordinal: 2 },
    ]);
    await select('delete from message');
    expect(await select('select 1 from message_piece')).toEqual([]);
  } finally {
    await orm.close(true);
  }
});
