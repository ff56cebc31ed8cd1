import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { runScript } from '../run-script.ts';
import { storeEnvironment } from '../store-environment.ts';

interface FileOptions {
  readonly from?: string;
  readonly to?: string;
  readonly keep?: string;
  readonly replace?: boolean;
  readonly force?: boolean;
}

/**
 * `dasf store`: what is done with the store's database. The store's own command does it, with the settings of the
 * local stack or of the environment.
 *
 * @param end takes the exit code
 */
export function addStoreCommands(program: Command, context: Context, end: (code: number) => void): void {
  const store = program.command('store').description("back up, restore and verify the store's database");
  const add = (name: string, description: string) =>
    store
      .command(name)
      .description(description)
      .action(async (options: FileOptions) => {
        const words = [context.storeScript, name, ...wordsOf(options, context)];
        end(await runScript(words, storeEnvironment(context)));
      });
  add('backup', 'write a snapshot of the database, with its place in the log, while the broker runs')
    .requiredOption('--to <path>', 'the file, or the folder that gets one with the time in its name')
    .option('--keep <number>', 'so many backups stay in that folder, the newest');
  add('restore', 'put a backup into the database; a store that runs goes on from there')
    .requiredOption('--from <file>', 'the backup')
    .option('--replace', 'what the database holds is replaced')
    .option('--force', 'also where the log does not hold all that came after the backup: that is lost');
  add(
    'verify',
    'fold the log once more and compare: exits with 0 (equal), 1 (not equal) or 2 (cannot be judged)',
  ).option('--from <file>', "a backup to begin with, where the log's beginning is gone");
}

/** What a command exits with that could not do its work: 1 has a meaning of its own where two things are compared. */
export function failureCode([group, name]: readonly string[]): number {
  return group === 'store' && name === 'verify' ? 2 : 1;
}

function wordsOf({ from, to, keep, replace, force }: FileOptions, context: Context): string[] {
  return [
    ...(to === undefined ? [] : ['--to', absolute(to, context)]),
    ...(keep === undefined ? [] : ['--keep', keep]),
    ...(from === undefined ? [] : ['--from', absolute(from, context)]),
    ...(replace ? ['--replace'] : []),
    ...(force ? ['--force'] : []),
  ];
}

/** npm changes to the project's folder before it runs anything, and says where it was called. */
function absolute(path: string, { env }: Context): string {
  const place = resolve(env['INIT_CWD'] || process.cwd(), path);
  return path.endsWith('/') ? `${place}/` : place;
}
