import { type Command, Option } from 'commander';
import { ApiClient } from '../api-client.ts';
import {
  type ConnectionList,
  type ConnectionQuery,
  ConnectionsClient,
  type ConnectionView,
} from '../connections-client.ts';
import type { Context } from '../context.ts';
import { findStack } from '../stack.ts';
import { table } from '../table.ts';

/** `dasf connection …`: who is connected, at all edges. */
export function addConnectionCommands(program: Command, context: Context): void {
  const connection = program
    .command('connection')
    .description('list the connections of all edges, and end one')
    .option('--api <url>', 'where the API is; else DASF_API_URL, else the local stack');
  const api = async () =>
    new ConnectionsClient(new ApiClient(await findStack(context, connection.opts<{ api?: string }>().api)));

  connection
    .command('list')
    .description('list connections')
    .option('--topic <name>', 'of this topic')
    .option('--user <name>', 'of this user')
    .option('--edge <id>', 'at this edge')
    .addOption(new Option('--kind <kind>', 'of this kind').choices(['producer', 'consumer', 'pong']))
    .option('--json', 'as JSON')
    .action(async ({ json, ...query }: ConnectionQuery & { readonly json?: boolean }) => {
      const list = await (await api()).list(query);
      context.out(json ? JSON.stringify(list.connections, null, 2) : described(list.connections));
      warn(list, context);
    });

  connection
    .command('end <id>')
    .description('end a connection; its client comes back unless its right is taken away')
    .action(async (id: string) => {
      await (await api()).end(id);
      context.out(`Connection ${id} ended.`);
    });
}

function described(connections: readonly ConnectionView[]): string {
  if (connections.length === 0) return 'There are no such connections.';
  return table(
    ['ID', 'SINCE', 'KIND', 'TOPIC', 'SUBSCRIPTION', 'USER', 'ADDRESS', 'UNSENT'],
    connections.map(({ id, since, kind, topic, subscription, user, address, unsentBytes }) => [
      id,
      since,
      kind,
      topic ?? '-',
      subscription ?? '-',
      user,
      address,
      String(unsentBytes),
    ]),
  );
}

function warn({ silent }: ConnectionList, context: Context): void {
  if (silent.length > 0)
    context.err(`Some edges did not answer, so what they hold is missing: ${silent.join(', ')}.`);
}
