import pg from 'pg';

/** Puts messages of long ago into a database, as many as would take hours to publish; users have acknowledged them. */
export async function storeOldMessages(databaseUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Before all that the log will ever hold.
    await client.query(
      `insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, published_at, frame,
         previous_seq)
       select seq % 4, -seq, 'old-' || seq % 100, 'old-' || seq % 100, 'old-' || seq, 'ann', 'store',
         now() - interval '1 year', convert_to(repeat('x', 1024), 'UTF8'), null
       from generate_series(1, $1::int) as seq`,
      [count],
    );
    await client.query('analyze message');
  } finally {
    await client.end();
  }
}
