import type { Command } from 'commander';
import { ApiClient } from '../api-client.ts';
import type { Context } from '../context.ts';
import { ServiceTokensClient, type ServiceTokenView } from '../service-tokens-client.ts';
import { findStack } from '../stack.ts';
import { collected } from './collected.ts';
import { knownPermissions, PERMISSION_HELP, secondsOf } from './token-options.ts';

interface CreateOptions {
  readonly name: string;
  readonly sub: string;
  readonly permission?: readonly string[];
  readonly ttl?: string;
}

/** `dasf service-token …`: tokens for modules that run for months, which can be revoked (AUT-6). */
export function addServiceTokenCommands(program: Command, context: Context): void {
  const command = program
    .command('service-token')
    .description('make, list and revoke tokens for modules that run for long')
    .option('--api <url>', 'where the API is; else DASF_API_URL, else the local stack');
  const api = async () =>
    new ServiceTokensClient(new ApiClient(await findStack(context, command.opts<{ api?: string }>().api)));

  command
    .command('create')
    .description('make a token and print it; it cannot be shown again')
    .requiredOption('--name <name>', 'what you will know it by, such as "tides on cluster 3"')
    .requiredOption('--sub <user>', 'whose token it is')
    .option('--permission <permission>', PERMISSION_HELP, collected)
    .option('--ttl <duration>', 'how long it lives, such as 30d; else until it is revoked')
    .action(async ({ name, sub, permission = [], ttl }: CreateOptions) => {
      const { id, token } = await (await api()).create({
        name,
        subject: sub,
        permissions: knownPermissions(permission),
        expires: ttl === undefined ? null : new Date(Date.now() + secondsOf(ttl) * 1000).toISOString(),
      });
      context.out(token);
      context.err(`This is shown once. Its id is ${id}.`);
    });

  command
    .command('list')
    .description('list the tokens that were made and not revoked')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const tokens = await (await api()).list();
      context.out(json ? JSON.stringify(tokens, null, 2) : described(tokens));
    });

  command
    .command('revoke <id>')
    .description('revoke a token: what it has open is closed within two seconds')
    .action(async (id: string) => {
      await (await api()).revoke(id);
      context.out(`Service token ${id} revoked.`);
    });
}

function described(tokens: readonly ServiceTokenView[]): string {
  if (tokens.length === 0) return 'There are no service tokens.';
  return tokens.map(describe).join('\n');
}

function describe({ id, name, subject, permissions, created, expires }: ServiceTokenView): string {
  const hasEnded = expires !== null && Date.parse(expires) <= Date.now();
  const end = expires === null ? 'until revoked' : `${hasEnded ? 'ended' : 'until'} ${expires}`;
  const rights = permissions.length === 0 ? 'no permissions of its own' : permissions.join(', ');
  return `${id}  ${name}: user ${subject}, ${rights}; made ${created}, ${end}`;
}
