import { parsePermissions, signToken } from '@dasf-broker/access';
import { duration } from '@dasf-broker/config';
import type { Command } from 'commander';
import { type Context, dataDir } from '../context.ts';
import { CliFault } from '../fault.ts';
import { audienceOf } from '../signing.ts';
import { keepTokenSecret } from '../token-secret.ts';
import { collected } from './collected.ts';

/** A hundred years: whoever asks for more has mistyped. */
const LONGEST_DAYS = 36_500;

interface TokenOptions {
  readonly sub: string;
  readonly permission?: readonly string[];
  readonly ttl: string;
}

/** `dasf token`: a token for the local stack, also before its first start. */
export function addTokenCommand(program: Command, context: Context): void {
  program
    .command('token')
    .description('print a token for the local stack')
    .requiredOption('--sub <name>', 'whose token it is')
    .option(
      '--permission <permission>',
      'such as can_produce:weather, can_consume:weather-*, add_brokertopic, administer (repeatable)',
      collected,
    )
    .option('--ttl <duration>', 'how long it lives, such as 10min, 24h or 30d, at most 36500d', '1h')
    .action(async ({ sub, permission = [], ttl }: TokenOptions) => {
      const request = {
        sub,
        permissions: known(permission),
        ttlSeconds: seconds(ttl),
        ...audienceOf(context),
      };
      context.out(await signed(request, keepTokenSecret(dataDir(context))));
    });
}

async function signed(...arguments_: Parameters<typeof signToken>): Promise<string> {
  try {
    return await signToken(...arguments_);
  } catch (cause) {
    throw new CliFault((cause as Error).message, { cause });
  }
}

function known(permissions: readonly string[]): readonly string[] {
  const [unknown] = parsePermissions(permissions).ignored;
  if (unknown === undefined) return permissions;
  throw new CliFault(
    `${JSON.stringify(unknown)} is no permission: take add_brokertopic, administer, or can_produce, can_consume or can_view_status with a topic, such as can_produce:weather or can_produce:weather-*.`,
  );
}

function seconds(ttl: string): number {
  const { parse } = duration({ min: 1000, max: LONGEST_DAYS * 86_400_000 });
  try {
    return parse(ttl) / 1000;
  } catch (cause) {
    throw new CliFault(
      `--ttl is ${JSON.stringify(ttl)}; it takes a duration such as 30s, 10min, 24h or 30d, from 1s to ${LONGEST_DAYS}d.`,
      { cause },
    );
  }
}
