import pg from 'pg';
import type { LocalStack } from '../../harness/index.ts';

/** The names of the functions that a module has told the broker of. */
export async function describedFunctions(broker: LocalStack, topic: string): Promise<string[]> {
  const [row] = await ask(broker, 'SELECT api_info FROM topic WHERE slug = $1', topic);
  const description = JSON.parse(row?.['api_info'] ?? '{"functions": []}');
  return description.functions.map(({ name }: { name: string }) => name);
}

/** How many requests on a topic are known to be acknowledged and have no answer yet. */
export async function computing(broker: LocalStack, topic: string): Promise<number> {
  const asked = `SELECT count(*) FROM open_request r JOIN topic t ON t.uid = r.topic_uid WHERE t.response_for_slug = $1`;
  const waiting = 'SELECT count(*) FROM message WHERE topic = $1';
  const [row] = await ask(broker, `SELECT ((${asked}) - (${waiting}))::text AS number`, topic);
  return Number(row?.['number']);
}

async function ask(broker: LocalStack, question: string, topic: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: broker.file.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(question, [topic])).rows;
  } finally {
    await client.end();
  }
}
