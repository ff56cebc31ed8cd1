import pg from 'pg';
import type { LocalBroker } from './local-broker.ts';

/** The names of the functions that a module has told the broker of. */
export async function describedFunctions(broker: LocalBroker, topic: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: broker.file.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ api_info: string | null }>(
      'SELECT api_info FROM topic WHERE slug = $1',
      [topic],
    );
    const description = JSON.parse(rows[0]?.api_info ?? '{"functions": []}');
    return description.functions.map(({ name }: { name: string }) => name);
  } finally {
    await client.end();
  }
}
