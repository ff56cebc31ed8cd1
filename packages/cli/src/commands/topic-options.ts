import { isUserName } from '@dasf-broker/access';
import { ANONYMOUS, RETENTIONS } from '@dasf-broker/protocol';
import { type Command, Option } from 'commander';
import { CliFault } from '../fault.ts';
import type { Grants, TopicChange } from '../topics-client.ts';
import { collected } from './collected.ts';

const CONTRADICTIONS = [
  ['public', 'no-public'],
  ['dasf', 'no-dasf'],
  ['anonymous', 'no-anonymous'],
  ['anonymous', 'no-public'],
] as const;

export interface UserOptions {
  readonly consumer?: readonly string[];
  readonly producer?: readonly string[];
  readonly viewStatus?: readonly string[];
}

export interface TopicOptions extends UserOptions {
  readonly public?: boolean;
  readonly dasf?: boolean;
  readonly anonymous?: boolean;
  readonly storeMessages?: string;
}

/** Whom rights are given to or taken from. */
export function withUserOptions(command: Command): Command {
  return command
    .option('-c, --consumer <user>', 'may read the messages (repeatable)', collected)
    .option('-p, --producer <user>', 'may publish (repeatable)', collected)
    .option('--view-status <user>', 'may see the status (repeatable)', collected);
}

/** What a topic is like. What is left out stays as it is. */
export function withTopicOptions(command: Command): Command {
  refuseContradictions(command);
  return withUserOptions(command)
    .option('--public', 'anybody may publish and see the status')
    .option('--no-public', 'only who has the right may')
    .option('--dasf', 'the consumer answers pings (default)')
    .option('--no-dasf', 'the consumer does not answer pings')
    .option('--anonymous', 'users without a token may read, too; involves --public')
    .option('--no-anonymous', 'users without a token may no longer read')
    .addOption(
      new Option('--store-messages <rule>', 'how long messages are kept').choices(['default', ...RETENTIONS]),
    );
}

/** The last of two opposite options would win silently. */
function refuseContradictions(command: Command): void {
  const given = new Set<string>();
  for (const name of CONTRADICTIONS.flat()) {
    command.on(`option:${name}`, () => given.add(name));
  }
  command.hook('preAction', () => {
    for (const [one, other] of CONTRADICTIONS) {
      if (given.has(one) && given.has(other))
        throw new CliFault(`--${one} and --${other} contradict each other: leave one of them out.`);
    }
  });
}

/** @throws {CliFault} where a name is none that a user may have */
export function grantsOf({ consumer = [], producer = [], viewStatus = [] }: UserOptions): Grants {
  for (const name of [...consumer, ...producer, ...viewStatus]) {
    if (isUserName(name)) continue;
    throw new CliFault(
      `${JSON.stringify(name)} is no user name: it has 1 to 255 printable characters and no blanks around them.`,
    );
  }
  return {
    ...(consumer.length > 0 ? { can_consume: consumer } : {}),
    ...(producer.length > 0 ? { can_produce: producer } : {}),
    ...(viewStatus.length > 0 ? { can_view_status: viewStatus } : {}),
  };
}

export function changeOf(options: TopicOptions): TopicChange {
  const { anonymous, dasf, storeMessages, consumer = [] } = options;
  const open = options.public ?? (anonymous ? true : undefined);
  return {
    ...(open === undefined ? {} : { public: open }),
    ...(dasf === undefined ? {} : { supportsDasf: dasf }),
    ...(storeMessages === undefined ? {} : { storeMessages }),
    grant: grantsOf({ ...options, consumer: anonymous ? [...consumer, ANONYMOUS] : consumer }),
    ...(anonymous === false ? { revoke: { can_consume: [ANONYMOUS] } } : {}),
  };
}
