import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { ApiClient } from '../api-client.ts';
import type { Context } from '../context.ts';
import { type MessageQuery, MessagesClient } from '../messages-client.ts';
import { findStack } from '../stack.ts';
import { count } from './count.ts';
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
    .description('find, show, remove stored messages, and send them again')
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

  message
    .command('remove <id>')
    .description('remove a message for those who have not received it yet')
    .action(async (id: string) => {
      await (await api()).remove(id);
      context.out(`Message ${id} removed.`);
    });

  message
    .command('send-again <id>')
    .description("send a message to its topic's consumers again, as a new one")
    .option('--message-id <id>', 'that the new one gets; with one that was used it is not sent a second time')
    .action(async (id: string, { messageId = randomUUID() }: { messageId?: string }) => {
      await (await api()).sendAgain(id, messageId);
      context.out(`Message ${id} sent again as ${messageId}.`);
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
