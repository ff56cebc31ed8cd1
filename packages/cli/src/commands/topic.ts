import type { Command } from 'commander';
import { ApiClient } from '../api-client.ts';
import type { Context } from '../context.ts';
import { CliFault } from '../fault.ts';
import { findStack } from '../stack.ts';
import { TopicsClient } from '../topics-client.ts';
import { describeTopic, listTopics } from './describe-topic.ts';
import { type ListOptions, queryOf, withListOptions } from './topic-list-options.ts';
import {
  changeOf,
  grantsOf,
  type TopicOptions,
  type UserOptions,
  withTopicOptions,
  withUserOptions,
} from './topic-options.ts';

interface OutputOptions {
  readonly json?: boolean;
}

/**
 * `dasf topic …`: what an operator does with topics of a running stack.
 *
 * @param end takes the exit code
 */
export function addTopicCommands(program: Command, context: Context, end: (code: number) => void): void {
  const topic = program
    .command('topic')
    .description('make, change, show and delete topics of a running stack')
    .option('--api <url>', 'where the API is; else DASF_API_URL, else the local stack');
  const api = async () =>
    new TopicsClient(new ApiClient(await findStack(context, topic.opts<{ api?: string }>().api)));

  withTopicOptions(topic.command('create <name>').description('make a topic')).action(
    async (name: string, options: TopicOptions) => {
      await (await api()).create(name, changeOf(options));
      context.out(`Topic ${name} created.`);
    },
  );

  withTopicOptions(topic.command('update <name>').description('change a topic')).action(
    async (name: string, options: TopicOptions) => {
      await (await api()).update(name, changeOf(options));
      context.out(`Topic ${name} updated.`);
    },
  );

  withUserOptions(topic.command('grant <name>').description('give rights')).action(
    async (name: string, options: UserOptions) => {
      await (await api()).update(name, { grant: someGrants(options) });
      context.out(`Rights on ${name} given.`);
    },
  );

  withUserOptions(topic.command('revoke <name>').description('take rights away')).action(
    async (name: string, options: UserOptions) => {
      await (await api()).update(name, { revoke: someGrants(options) });
      context.out(`Rights on ${name} taken away.`);
    },
  );

  topic
    .command('show <name>')
    .description('show a topic and who may use it')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: OutputOptions) => {
      const view = await (await api()).show(name);
      context.out(json ? JSON.stringify(view, null, 2) : describeTopic(view));
    });

  withListOptions(topic.command('list').description('list topics'))
    .option('--json', 'as JSON')
    .action(async ({ json, ...wanted }: OutputOptions & ListOptions) => {
      const views = await (await api()).list(queryOf(wanted));
      context.out(json ? JSON.stringify(views, null, 2) : listTopics(views));
    });

  topic
    .command('ping <name>')
    .description('ask the consumers of a topic for a sign of life; exits with 1 where none comes')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: OutputOptions) => {
      const view = await (await api()).ping(name);
      const { availability = 'unknown' } = view.status ?? {};
      context.out(json ? JSON.stringify(view, null, 2) : `Topic ${name} is ${availability}.`);
      if (availability !== 'online') end(1);
    });

  topic
    .command('collect <name>')
    .description('remove its response topics that nobody uses, without waiting for their time')
    .action(async (name: string) => {
      const found = await (await api()).collect(name);
      context.out(`Unused response topics: ${found}. What nobody uses by then is removed in some seconds.`);
    });

  topic
    .command('delete <name>')
    .description('delete a topic with its messages and response topics')
    .action(async (name: string) => {
      await (await api()).remove(name);
      context.out(`Topic ${name} deleted.`);
    });
}

function someGrants(options: UserOptions) {
  const grants = grantsOf(options);
  if (Object.keys(grants).length > 0) return grants;
  throw new CliFault(
    'Say whose rights: --consumer USER, --producer USER or --view-status USER, each as often as you like.',
  );
}
