import { Command, CommanderError } from 'commander';
import { addTokenCommand } from './commands/token.ts';
import { addTopicCommands } from './commands/topic.ts';
import type { Context } from './context.ts';
import { CliFault } from './fault.ts';

/**
 * Runs one command.
 *
 * @param words what the user typed after `dasf`
 * @returns the exit code: 0, or not, after a sentence on what to do
 */
export async function run(words: readonly string[], context: Context): Promise<number> {
  const program = new Command('dasf').description('Tokens and topics of a DASF broker').configureOutput({
    writeOut: (text) => context.out(text.trimEnd()),
    writeErr: (text) => context.err(text.trimEnd()),
  });
  // Copied to subcommands, so it stands before they are added.
  program.exitOverride().showHelpAfterError('(--help says more)');
  addTokenCommand(program, context);
  addTopicCommands(program, context);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof CliFault)) throw error;
    context.err(error.message);
    return 1;
  }
}
