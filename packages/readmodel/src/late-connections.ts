/** What is used of the driver's pool. */
export interface ClosablePool {
  readonly ending: boolean;
  connect(): Promise<{ release(): void }>;
}

/**
 * Gives back a connection that is made only after the pool has begun to close. Kysely fails to take it then, and
 * keeps it: the pool, and whoever closes it, would wait for it for ever.
 */
export function giveBackLate(pool: ClosablePool): void {
  const connect = pool.connect.bind(pool);
  pool.connect = async () => {
    const client = await connect();
    if (!pool.ending) return client;
    client.release();
    throw new Error('The connections to the database are being closed.');
  };
}
