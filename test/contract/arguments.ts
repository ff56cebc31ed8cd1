import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseSecret } from '@dasf-broker/access';
import type { GivenAddresses } from './given.ts';

const USAGE = 'Say where: --edge ws://…/ws/ [--edge …] --api http://…/ [--api …] --secret-file FILE';

/** Why the suite cannot start, as a sentence for whoever started it. */
export class CannotStart extends Error {}

export interface Arguments {
  /** Undefined where each file has a broker of its own. */
  readonly given: GivenAddresses | undefined;
  /** Which spec files to run. */
  readonly filters: string[];
}

/** @throws {CannotStart} */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parsed(args);
  const filters = positionals.length > 0 ? positionals : ['test/contract'];
  const { edge: edges, api: apis, 'secret-file': secretFile } = values;
  if (edges.length === 0 && apis.length === 0 && secretFile === undefined) {
    return { given: undefined, filters };
  }
  if (edges.length === 0 || apis.length === 0 || secretFile === undefined) throw new CannotStart(USAGE);
  const given = {
    edges: edges.map((edge) => address('--edge', edge, ['ws:', 'wss:'])),
    apis: apis.map((api) => address('--api', api, ['http:', 'https:'])),
    secret: readSecret(secretFile),
    namePrefix: `t-${randomBytes(6).toString('hex')}-`,
  };
  return { given, filters };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        edge: { type: 'string', multiple: true, default: [] },
        api: { type: 'string', multiple: true, default: [] },
        'secret-file': { type: 'string' },
      },
    });
  } catch (error) {
    throw new CannotStart(`${(error as Error).message}\n${USAGE}`);
  }
}

/** With a slash at its end, since paths are put behind it. */
function address(option: string, text: string, protocols: readonly string[]): string {
  const url = URL.parse(text);
  if (!url || !protocols.includes(url.protocol)) {
    throw new CannotStart(
      `${option} takes an address that begins with ${protocols.join('// or ')}//, not "${text}".`,
    );
  }
  return url.pathname.endsWith('/') ? url.href : `${url.href}/`;
}

function readSecret(path: string): string {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    parseSecret(secret);
    return secret;
  } catch (error) {
    throw new CannotStart(`--secret-file ${path} cannot be used: ${(error as Error).message}`);
  }
}
