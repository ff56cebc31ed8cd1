/**
 * The contract suite, against brokers of its own or against one that runs somewhere:
 *
 *   npm run test:contract -- --edge ws://…/ws/ [--edge …] --api http://…/ [--api …] --secret-file FILE [paths]
 */
import { startVitest } from 'vitest/node';
import { ClosingLineReporter } from '../setup/closing-line-reporter.ts';
import { type Arguments, CannotStart, readArguments } from './arguments.ts';
import type { GivenAddresses } from './given.ts';
import { removeLeftovers } from './leftovers.ts';
import { probe } from './probe.ts';

const CANNOT_START = 2;

async function prepare(): Promise<Arguments> {
  try {
    const read = readArguments(process.argv.slice(2));
    if (read.given) await probe(read.given);
    return read;
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    console.error(error.message);
    process.exit(CANNOT_START);
  }
}

async function tidyUp(given: GivenAddresses): Promise<void> {
  try {
    console.log(`\n${await removeLeftovers(given)}`);
  } catch (error) {
    process.exitCode = 1;
    const { message } = error as Error;
    const names = `Topics and service tokens whose names begin with ${given.namePrefix}`;
    console.error(`\n${names} could not all be removed from the broker (${message}): remove them.`);
  }
}

const { given, filters } = await prepare();
// An environment variable, since vitest's configuration is a file of its own; it ends with this process.
if (given) {
  process.env['DASF_TEST_GIVEN_ADDRESSES'] = JSON.stringify(given);
  console.log(`Topics and service tokens that this run makes have names that begin with ${given.namePrefix}`);
}
const closingLine = new ClosingLineReporter(given && (() => tidyUp(given)));
const vitest = await startVitest('test', filters, {
  config: 'test/vitest.config.ts',
  watch: false,
  reporters: ['default', closingLine],
});
await vitest.exit();
