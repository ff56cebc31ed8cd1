import { type Command, InvalidArgumentError } from 'commander';
import { ApiClient } from '../api-client.ts';
import type { Context } from '../context.ts';
import { type MessageQuery, MessagesClient } from '../messages-client.ts';
import { findStack } from '../stack.ts';
import { describeMessage, listMessages } from './describe-message.ts';
import { moment } from './moment.ts';

interface ListOptions {
  readonly topic?: string;
  readonly sourceTopic?: string;
  readonly user?: string;
  readonly response?: boolean;
  readonly delivered?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** `dasf message …`: what an operator does with stored messages. */
export function addMessageCommands(program: Command, context: Context): void {
  const message = program
    .command('message')
    .description('find and show stored messages')
    .option('--api <url>', 'where the API is; else DASF_API_URL, else the local stack');
  const api = async () =>
    new MessagesClient(new ApiClient(await findStack(context, message.opts<{ api?: string }>().api)));

  withListOptions(message.command('list').description('list messages, newest first')).action(
    async ({ json, limit, ...wanted }: ListOptions) => {
      const messages = await (await api()).list(queryOf(wanted), limit);
      context.out(json ? JSON.stringify(messages, null, 2) : listMessages(messages));
    },
  );

  message
    .command('show <id>')
    .description('show a message with its payload; the id is that of the list')
    .option('--json', 'as JSON')
    .action(async (id: string, { json }: { json?: boolean }) => {
      const view = await (await api()).show(id);
      context.out(json ? JSON.stringify(view, null, 2) : describeMessage(view));
    });
}

function withListOptions(command: Command): Command {
  return command
    .option('--topic <name>', 'of this topic')
    .option('--source-topic <name>', 'that answer messages of this topic')
    .option('--user <name>', 'that this user published')
    .option('--response', 'that answer a message of another topic')
    .option('--no-response', 'that do not')
    .option('--delivered', 'that somebody acknowledged')
    .option('--no-delivered', 'that nobody acknowledged')
    .option('--since <time>', 'published then or later, such as 2030-01-31T12:00:00Z', moment)
    .option('--until <time>', 'published before', moment)
    .option('--limit <number>', 'at most so many', count, 100)
    .option('--json', 'as JSON');
}

function queryOf({ response, delivered, ...rest }: Omit<ListOptions, 'limit' | 'json'>): MessageQuery {
  return {
    ...rest,
    ...(response === undefined ? {} : { response: response ? 'true' : 'false' }),
    ...(delivered === undefined ? {} : { delivered: delivered ? 'true' : 'false' }),
  };
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It takes a whole number above 0.');
}
