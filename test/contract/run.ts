/**
 * The contract suite, against brokers of its own or against one that runs somewhere:
 *
 *   npm run test:contract -- --edge ws://…/ws/ [--edge …] --api http://…/ [--api …] --secret-file FILE [paths]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import type { GivenAddresses } from './given.ts';

const USAGE = 'Say where: --edge ws://…/ws/ [--edge …] --api http://…/ [--api …] --secret-file FILE';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    edge: { type: 'string', multiple: true, default: [] },
    api: { type: 'string', multiple: true, default: [] },
    'secret-file': { type: 'string' },
  },
});

function addresses(): GivenAddresses | undefined {
  const { edge: edges, api: apis, 'secret-file': secretFile } = values;
  if (edges.length === 0 && apis.length === 0 && secretFile === undefined) return undefined;
  if (edges.length === 0 || apis.length === 0 || secretFile === undefined) throw new TypeError(USAGE);
  return { edges, apis, secret: readFileSync(secretFile, 'utf8').trim() };
}

const given = addresses();
// An environment variable, since vitest's configuration is a file of its own; it ends with this process.
if (given) process.env['DASF_TEST_GIVEN_ADDRESSES'] = JSON.stringify(given);
const filters = positionals.length > 0 ? positionals : ['test/contract'];
const vitest = await startVitest('test', filters, {
  config: 'test/vitest.config.ts',
  watch: false,
});
await vitest.exit();
