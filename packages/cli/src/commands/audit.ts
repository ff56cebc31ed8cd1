import type { Command } from 'commander';
import { ApiClient } from '../api-client.ts';
import { type ActQuery, listActs, type RecordedAct } from '../audit-client.ts';
import type { Context } from '../context.ts';
import { findStack } from '../stack.ts';
import { table } from '../table.ts';
import { count } from './count.ts';
import { moment } from './moment.ts';

interface Options extends ActQuery {
  readonly api?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** `dasf audit`: who did what. */
export function addAuditCommand(program: Command, context: Context): void {
  program
    .command('audit')
    .description('list what operators did, newest first')
    .option('--api <url>', 'where the API is; else DASF_API_URL, else the local stack')
    .option('--user <name>', 'that this operator did')
    .option('--act <act>', 'of this kind, such as topic-change')
    .option('--topic <name>', 'to this topic')
    .option('--target <id>', 'to this message, connection or service token')
    .option('--since <time>', 'then or later, such as 2030-01-31T12:00:00Z', moment)
    .option('--until <time>', 'before', moment)
    .option('--limit <number>', 'at most so many', count, 100)
    .option('--json', 'as JSON')
    .action(async ({ api, limit, json, ...query }: Options) => {
      const acts = await listActs(new ApiClient(await findStack(context, api)), query, limit);
      context.out(json ? JSON.stringify(acts, null, 2) : described(acts));
    });
}

function described(acts: readonly RecordedAct[]): string {
  if (acts.length === 0) return 'Nothing of the kind was done.';
  return table(
    ['TIME', 'USER', 'ACT', 'TOPIC', 'TARGET', 'OUTCOME', 'CHANGE'],
    acts.map(({ at, user, act, topic, target, outcome, change }) => [
      at,
      user,
      act,
      topic ?? '-',
      target ?? '-',
      outcome ?? 'unknown',
      change ?? '',
    ]),
  );
}
