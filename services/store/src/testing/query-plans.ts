import type { Database } from '@dasf-broker/readmodel';
import { CompiledQuery, type KyselyPlugin } from 'kysely';

/** A node of PostgreSQL's plan, as far as tests look at it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Notes what is asked through it, so that it can be explained. */
export class WatchedDatabase {
  readonly database: Database;
  readonly #plain: Database;
  readonly #asked: CompiledQuery[] = [];

  constructor(database: Database) {
    const note: KyselyPlugin = {
      transformQuery: ({ node, queryId }) => {
        this.#asked.push(database.getExecutor().compileQuery(node, queryId));
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    this.#plain = database;
    this.database = database.withPlugin(note);
  }

  /** Forgets what was asked and gives it. */
  take(): readonly CompiledQuery[] {
    return this.#asked.splice(0);
  }

  /** @param run whether the statement is executed, so that the plan says what it read */
  async explain(query: CompiledQuery, run = false): Promise<PlanNode> {
    const options = run ? 'analyze, buffers, format json' : 'format json';
    const { rows } = await this.#plain.executeQuery<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      CompiledQuery.raw(`explain (${options}) ${query.sql}`, [...query.parameters]),
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error(`PostgreSQL gives no plan for: ${query.sql}`);
    return plan;
  }
}

/** The tables that a plan reads from their beginning to their end. */
export function scannedTables(plan: PlanNode): string[] {
  const own = plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? '?'] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scannedTables)];
}

/** How many pages of 8 KiB a plan that was run has looked at. */
export function pagesRead(plan: PlanNode): number {
  return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
}
