import { constants } from 'node:os';
import { ConfigError } from '@dasf-broker/config';
import { backupCommand } from './backup/backup-command.ts';
import { restoreCommand } from './backup/restore-command.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFault, reasonOf } from './command-fault.ts';
import { readCommandConfig } from './config.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import { importCommand } from './import/import-command.ts';
import { verifyCommand } from './verify/verify-command.ts';

interface Command {
  readonly run: (words: readonly string[], context: CommandContext) => Promise<number>;
  /** The exit code where it could not do its work. */
  readonly failed: number;
}

const SAME_SIGNAL_MS = 1000;
const COMMANDS: Readonly<Record<string, Command>> = {
  backup: { run: backupCommand, failed: 1 },
  restore: { run: restoreCommand, failed: 1 },
  verify: { run: verifyCommand, failed: 2 },
  doctor: { run: doctorCommand, failed: 1 },
  import: { run: importCommand, failed: 1 },
};

const stopping = new AbortController();
let stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
let stoppedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // What cleaning up takes can be cut short; one signal that comes by two ways does not.
    if (stoppedBy && performance.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(exitCodeOf(signal));
    stoppedBy ??= signal;
    stoppedAt ||= performance.now();
    stopping.abort();
  });
}

const [name = '', ...words] = process.argv.slice(2);
const command = COMMANDS[name];
const complain = (text: string) => process.stderr.write(`${text}\n`);
if (command) process.exitCode = await run(command);
else {
  complain(`There is no command "${name}": there are ${Object.keys(COMMANDS).join(', ')}.`);
  process.exitCode = 2;
}

async function run({ run, failed }: Command): Promise<number> {
  try {
    const say = (line: string) => void process.stdout.write(`${line}\n`);
    return await run(words, { config: readCommandConfig(), signal: stopping.signal, say });
  } catch (error) {
    if (stoppedBy) {
      complain('Stopped; nothing was changed.');
      return exitCodeOf(stoppedBy);
    }
    complain(reasonOf(error));
    const expected = error instanceof CommandFault || error instanceof ConfigError;
    if (!expected && error instanceof Error) complain(error.stack ?? '');
    return failed;
  }
}

function exitCodeOf(signal: 'SIGINT' | 'SIGTERM'): number {
  return 128 + constants.signals[signal];
}
