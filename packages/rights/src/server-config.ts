import { type Account, accountsOf, type Crossing, type Export } from './accounts.ts';
import type { Rights } from './rights.ts';
import type { Installation, Service } from './service.ts';

/** How a user shows who it is. */
export type Login =
  /** The public half of its nkey. */
  | { readonly nkey: string }
  /** The variable in nats-server's environment that holds the password. */
  | { readonly user: string; readonly passwordFrom: string };

export type Logins = Readonly<Record<Service, Login>>;

/** Longer than a store takes to answer. */
const ANSWER_WITHIN = '10s';

/** The part of a nats-server's configuration that says who may do what. */
export function accountsConfig(installation: Installation, logins: Logins): string {
  const accounts = accountsOf(installation).map((account) => accountBlock(account, logins));
  return block('accounts', accounts);
}

function accountBlock(account: Account, logins: Logins): string {
  return block(`${quoted(account.name)}:`, [
    ...(account.hasLog ? ['jetstream: enabled'] : []),
    list(
      'users',
      account.users.map(({ service, rights }) => user(service, rights, logins[service])),
    ),
    list('exports', account.exports.map(exported)),
    list('imports', account.imports.map(imported)),
  ]);
}

function user(service: Service, { publish, subscribe, answers }: Rights, login: Login): string {
  const permissions = block('permissions:', [
    block('publish:', [list('allow', publish.map(quoted))]),
    block('subscribe:', [list('allow', subscribe.map(quoted))]),
    answers ? `allow_responses: { max: 1, expires: ${quoted(ANSWER_WITHIN)} }` : '',
  ]);
  return `# ${service}\n${block('', [who(login), permissions])}`;
}

function who(login: Login): string {
  if ('nkey' in login) return `nkey: ${login.nkey}`;
  return `user: ${quoted(login.user)}, password: $${login.passwordFrom}`;
}

function exported({ kind, subject, to }: Export): string {
  // A batch is answered by one message for each record, and the api by each edge.
  const isAnsweredByMany = subject.startsWith('$JS.API.DIRECT.GET.') || subject.endsWith('.connections');
  const answers = isAnsweredByMany ? ', response: stream' : '';
  return `{ ${kind}: ${quoted(subject)}, accounts: [${to.map(quoted).join(', ')}]${answers} }`;
}

function imported({ kind, subject, from }: Crossing): string {
  return `{ ${kind}: { account: ${quoted(from)}, subject: ${quoted(subject)} } }`;
}

function block(head: string, parts: readonly string[]): string {
  return `${head} {\n${indented(parts)}\n}`.trimStart();
}

function list(name: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${name}: [\n${indented(items)}\n]`;
}

function indented(parts: readonly string[]): string {
  const lines = parts.filter((part) => part !== '').flatMap((part) => part.split('\n'));
  return lines.map((line) => `  ${line}`).join('\n');
}

/** As nats-server reads it: like JSON. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
