import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { runScript } from '../run-script.ts';
import { storeEnvironment } from '../store-environment.ts';
import { collected } from './collected.ts';

interface DjangoOptions {
  readonly database: string;
  readonly dryRun?: boolean;
  readonly skip?: readonly string[];
  readonly userPrefix?: string;
}

/** Node says of its own SQLite that it is new. */
const QUIET = '--disable-warning=ExperimentalWarning';

/**
 * `dasf import`: brings over what another broker holds. A command of the store does it, with the operator's rights.
 *
 * @param end takes the exit code
 */
export function addImportCommands(program: Command, context: Context, end: (code: number) => void): void {
  const django = program
    .command('import')
    .description('bring over what another broker holds')
    .command('django')
    .description('topics, rights and messages of dasf-broker-django 0.0.1.dev1; run again, it goes on')
    .requiredOption('--database <url>', 'its database: sqlite:///PATH or postgresql://USER@HOST/DATABASE')
    .option('--dry-run', 'say what would be imported, and what stands in the way')
    .option('--user-prefix <prefix>', 'begins the names of its users in tokens here')
    .action(async (options: DjangoOptions) => {
      const words = [QUIET, context.storeScript, 'import', 'django', ...wordsOf(options)];
      end(await runScript(words, storeEnvironment(context, 'operator')));
    });
  django.addOption(
    django
      .createOption('--skip <topic>', 'leave a topic out, and what takes answers for it; as often as needed')
      .argParser(collected),
  );
}

function wordsOf({ database, dryRun, skip = [], userPrefix }: DjangoOptions): string[] {
  return [
    `--database=${database}`,
    ...(dryRun ? ['--dry-run'] : []),
    ...skip.map((topic) => `--skip=${topic}`),
    ...(userPrefix === undefined ? [] : [`--user-prefix=${userPrefix}`]),
  ];
}
