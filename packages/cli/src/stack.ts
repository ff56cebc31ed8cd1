import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signToken } from '@dasf-broker/access';
import { type Context, dataDir } from './context.ts';
import { CliFault } from './fault.ts';
import { audienceOf } from './signing.ts';
import { belongsToAnother, readTokenSecret, tokenSecretPath } from './token-secret.ts';

/** Where changes go, and who asks for them. */
export interface Stack {
  /** Where status and ping are: `http://127.0.0.1:8081/dasf-broker-django/`. */
  readonly api: URL;
  readonly token: string;
}

/** Long enough for one command. */
const OWN_TOKEN_SECONDS = 60;
/** Stands as creator on topics that are made by this command without a token of the user's own. */
const OWN_NAME = 'operator';

/**
 * Finds the API (`--api`, DASF_API_URL, or the local stack that runs) and a token for it (DASF_TOKEN, the contents of
 * DASF_TOKEN_FILE, or one signed with the local stack's key).
 *
 * @throws {CliFault}
 */
export async function findStack(context: Context, given: string | undefined): Promise<Stack> {
  const api = given ?? (context.env['DASF_API_URL'] || localApi(context));
  const url = URL.parse(api);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CliFault(`${JSON.stringify(api)} is no http(s) URL of an API.`);
  return { api: url, token: givenToken(context) || (await ownToken(context)) };
}

function localApi(context: Context): string {
  const stack = readStackFile(context);
  if (!stack) {
    throw new CliFault(
      'No stack is running here: start one with "npm start", or say where its API is with --api URL.',
    );
  }
  if (typeof stack.api === 'string') return stack.api;
  throw new CliFault(
    `${stackFilePath(context)} does not say where the API is: start the stack again with "npm start".`,
  );
}

/** What the local stack that runs says of itself; the rest of what it may say is not of interest here. */
export interface StackFile {
  readonly api?: string;
  readonly edge?: string;
  readonly natsMonitoringUrl?: string;
  readonly natsUrl?: string;
  readonly natsSeedFile?: string;
  readonly natsOperatorSeedFile?: string;
  readonly databaseUrl?: string;
  readonly logSettings?: Readonly<Record<string, string>>;
}

/**
 * `undefined` where none is running.
 *
 * @throws {CliFault} where it is another user's
 */
export function readStackFile(context: Context): StackFile | undefined {
  const path = stackFilePath(context);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as StackFile;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EACCES') throw belongsToAnother(path);
    return code === 'ENOENT' ? undefined : {};
  }
}

function stackFilePath(context: Context): string {
  return join(dataDir(context), 'stack.json');
}

function givenToken({ env }: Context): string | undefined {
  const { DASF_TOKEN: token, DASF_TOKEN_FILE: path } = env;
  if (!path) return token;
  if (token) throw new CliFault('DASF_TOKEN and DASF_TOKEN_FILE are both set: leave one of them out.');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new CliFault(`DASF_TOKEN_FILE cannot be read (${(cause as Error).message}).`, { cause });
  }
}

async function ownToken(context: Context): Promise<string> {
  const path = tokenSecretPath(dataDir(context));
  const secret = readTokenSecret(path);
  if (!secret)
    throw new CliFault(`There is no key in ${path}: set DASF_TOKEN to a token that holds "administer".`);
  const request = { sub: OWN_NAME, permissions: ['administer'], ttlSeconds: OWN_TOKEN_SECONDS };
  return signToken({ ...request, ...audienceOf(context) }, secret);
}
