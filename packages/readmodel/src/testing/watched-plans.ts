import { CompiledQuery } from 'kysely';
import type { Database } from '../read-model.ts';

/** Notes what is asked through it, and tells how PostgreSQL would answer. */
export function watchPlans(database: Database) {
  const asked: CompiledQuery[] = [];
  const watching = database.withPlugin({
    transformQuery: ({ node, queryId }) => {
      asked.push(database.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  return {
    database: watching,
    /** The plans of all that was asked since the last time. */
    plans: async (): Promise<string[]> => {
      const explained = asked.splice(0).map(async ({ sql, parameters }) => {
        const { rows } = await database.executeQuery<Record<string, string>>(
          CompiledQuery.raw(`explain ${sql}`, [...parameters]),
        );
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      });
      return await Promise.all(explained);
    },
  };
}
