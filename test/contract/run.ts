/**
 * The contract suite, against brokers of its own or against one that runs somewhere:
 *
 *   npm run test:contract -- --edge ws://…/ws/ [--edge …] --api http://…/ [--api …] --secret-file FILE [paths]
 */
import { type Reporter, startVitest } from 'vitest/node';
import { ClosingLineReporter } from '../setup/closing-line-reporter.ts';
import { type Arguments, CannotStart, readArguments } from './arguments.ts';
import type { GivenAddresses } from './given.ts';
import { removeLeftovers } from './leftovers.ts';
import { probe } from './probe.ts';

const CANNOT_START = 2;
const INTERRUPTED = 130;

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

/** Whoever interrupts the run leaves nothing behind either; vitest by itself would end at once. */
function tidyUpWhenInterrupted(given: GivenAddresses): Reporter {
  return {
    onInit: (vitest) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.removeAllListeners(signal);
        process.once(signal, async () => {
          void vitest.cancelCurrentRun('keyboard-input');
          await tidyUp(given);
          process.exit(INTERRUPTED);
        });
      }
    },
  };
}

const { given, filters } = await prepare();
// An environment variable, since vitest's configuration is a file of its own; it ends with this process.
if (given) process.env['DASF_TEST_GIVEN_ADDRESSES'] = JSON.stringify(given);
const closingLine = new ClosingLineReporter(given && (() => tidyUp(given)));
const vitest = await startVitest('test', filters, {
  config: 'test/vitest.config.ts',
  watch: false,
  reporters: ['default', closingLine, ...(given ? [tidyUpWhenInterrupted(given)] : [])],
});
await vitest.exit();
