import { type Command, Option } from 'commander';
import type { TopicQuery } from '../topics-client.ts';
import { moment } from './moment.ts';

export interface ListOptions {
  readonly all?: boolean;
  readonly responses?: boolean;
  readonly search?: string;
  readonly public?: boolean;
  readonly availability?: string;
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly details?: boolean;
}

/** Which topics are listed. */
export function withListOptions(command: Command): Command {
  return command
    .option('--all', 'with response topics')
    .option('--responses', 'response topics alone')
    .option('--search <text>', 'whose names hold this')
    .option('--public', 'to which anybody may publish')
    .option('--no-public', 'to which only who has the right may publish')
    .addOption(
      new Option('--availability <which>', 'that are so now').choices(['online', 'offline', 'unknown']),
    )
    .option(
      '--created-after <time>',
      'made then or later, such as 2030-01-31 or 2030-01-31T12:00:00Z',
      moment,
    )
    .option('--created-before <time>', 'made before', moment)
    .option('--details', 'with connections and messages of each');
}

export function queryOf({ all, responses, public: open, details, ...rest }: ListOptions): TopicQuery {
  return {
    ...rest,
    kind: all ? 'all' : responses ? 'response' : 'ordinary',
    ...(open === undefined ? {} : { public: open ? 'true' : 'false' }),
    ...(details ? { details: 'true' } : {}),
  };
}
