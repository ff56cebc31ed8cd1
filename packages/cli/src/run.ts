import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addAuditCommand } from './commands/audit.ts';
import { addConfigCommands } from './commands/config.ts';
import { addConnectionCommands } from './commands/connection.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addImportCommands } from './commands/import.ts';
import { addMessageCommands } from './commands/message.ts';
import { addNatsPermissionsCommand } from './commands/nats-permissions.ts';
import { addServiceTokenCommands } from './commands/service-token.ts';
import { addStoreCommands, failureCode } from './commands/store.ts';
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
  const program = new Command('dasf')
    .description('Tokens, topics, messages, settings and backups of a DASF broker')
    .version(manifest.version)
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.err(text.trimEnd()),
    });
  // Copied to subcommands, so it stands before they are added.
  program.exitOverride().showHelpAfterError('(--help says more)');
  addTokenCommand(program, context);
  addServiceTokenCommands(program, context);
  let code = 0;
  const end = (given: number) => {
    code = given;
  };
  addTopicCommands(program, context, end);
  addMessageCommands(program, context);
  addConnectionCommands(program, context);
  addAuditCommand(program, context);
  addStoreCommands(program, context, end);
  addImportCommands(program, context, end);
  addConfigCommands(program, context, end);
  addNatsPermissionsCommand(program, context);
  addDoctorCommand(program, context, end);
  try {
    assertHelpExists(program, words);
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : failureCode(words);
    if (!(error instanceof CliFault)) throw error;
    context.err(error.message);
    return failureCode(words);
  }
}

/** Asked for the help of a command that is none, the parser shows that of all and says nothing. */
function assertHelpExists(program: Command, words: readonly string[]): void {
  const at = words.indexOf('help');
  if (at < 0) return;
  let command: Command | undefined = program;
  for (const word of words.slice(0, at)) command = command?.commands.find((one) => one.name() === word);
  const asked = words[at + 1];
  if (!command || asked === undefined || asked.startsWith('-') || asked === 'help') return;
  if (command.commands.length === 0 || command.commands.some((one) => one.name() === asked)) return;
  const known = command.commands.map((one) => one.name()).join(', ');
  throw new CliFault(`There is no command "${asked}": there are ${known}.`);
}
