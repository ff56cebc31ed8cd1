import { signToken } from '@dasf-broker/access';
import type { Command } from 'commander';
import { type Context, dataDir } from '../context.ts';
import { CliFault } from '../fault.ts';
import { audienceOf } from '../signing.ts';
import { keepTokenSecret, readTokenSecret, tokenSecretPath } from '../token-secret.ts';
import { collected } from './collected.ts';
import { knownPermissions, PERMISSION_HELP, secondsOf } from './token-options.ts';

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
    .option('--permission <permission>', PERMISSION_HELP, collected)
    .option('--ttl <duration>', 'how long it lives, such as 10min, 24h or 30d, at most 36500d', '1h')
    .action(async ({ sub, permission = [], ttl }: TokenOptions) => {
      const request = {
        sub,
        permissions: knownPermissions(permission),
        ttlSeconds: secondsOf(ttl),
        ...audienceOf(context),
      };
      const path = tokenSecretPath(dataDir(context));
      const isNew = !readTokenSecret(path);
      const token = await signed(request, keepTokenSecret(dataDir(context)));
      // On standard error: what takes the token from standard output gets nothing else.
      if (isNew) context.err(`Made a new key, ${path}: the token is good where a stack runs on that folder.`);
      context.out(token);
    });
}

async function signed(...arguments_: Parameters<typeof signToken>): Promise<string> {
  try {
    return await signToken(...arguments_);
  } catch (cause) {
    throw new CliFault((cause as Error).message, { cause });
  }
}
