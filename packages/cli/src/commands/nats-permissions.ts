import { writeFileSync } from 'node:fs';
import { accountsConfig, type Login, type Logins, SERVICES, type Service } from '@dasf-broker/rights';
import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import { CliFault } from '../fault.ts';
import { collected } from './collected.ts';

interface Options {
  readonly namespace: string;
  readonly partitions: number;
  readonly nkey?: readonly string[];
  readonly output?: string;
}

const NAMESPACE = /^[A-Za-z0-9_-]{1,32}$/;
const NKEY = /^U[A-Z2-7]{55}$/;

/** `dasf nats-permissions`: what an operator's own NATS server must be told of who may do what. */
export function addNatsPermissionsCommand(program: Command, context: Context): void {
  program
    .command('nats-permissions')
    .description("print who may do what on NATS, in nats-server's own syntax, for its configuration")
    .option('--namespace <name>', 'as DASF_NAMESPACE', namespace, 'dasf')
    .option('--partitions <number>', 'as DASF_LOG_PARTITIONS', partitions, 4)
    .option(
      '--nkey <service=key>',
      `the public nkey of ${SERVICES.join(', ')}; those without one have a password from a variable`,
      (value: string, previous?: readonly string[]) => collected(nkey(value), previous),
    )
    .option('--output <file>', 'write it to a file, for containers without a shell')
    .action((options: Options) => {
      if (options.output === undefined) context.out(text(options));
      else write(options.output, text(options));
    });
}

function write(path: string, contents: string): void {
  try {
    writeFileSync(path, `${contents}\n`);
  } catch (cause) {
    throw new CliFault(
      `${(cause as Error).message}: --output takes a file in a folder that can be written to.`,
      {
        cause,
      },
    );
  }
}

function text({ namespace, partitions, nkey: keys = [] }: Options): string {
  const given = new Map(keys.map((key) => key.split('=') as [Service, string]));
  const logins = SERVICES.map((service) => [service, login(service, given.get(service))]);
  return accountsConfig({ namespace, partitions }, Object.fromEntries(logins) as Logins).trimEnd();
}

function login(service: Service, key: string | undefined): Login {
  if (key !== undefined) return { nkey: key };
  return { user: `dasf-${service}`, passwordFrom: `DASF_NATS_${service.toUpperCase()}_PASSWORD` };
}

function namespace(value: string): string {
  if (NAMESPACE.test(value)) return value;
  throw new InvalidArgumentError('It takes 1 to 32 letters, digits, "_" and "-".');
}

function partitions(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= 64) return number;
  throw new InvalidArgumentError('It takes a whole number from 1 to 64.');
}

function nkey(value: string): string {
  const [service = '', key = ''] = value.split('=');
  const isService = (SERVICES as readonly string[]).includes(service);
  if (isService && NKEY.test(key)) return value;
  throw new InvalidArgumentError(`It takes ${SERVICES.join(', ')}, "=", and a public user nkey (U…).`);
}
