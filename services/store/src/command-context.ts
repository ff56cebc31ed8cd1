import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CommandFault, reasonOf } from './command-fault.ts';
import type { CommandConfig } from './config.ts';

/** What a command works with. */
export interface CommandContext {
  readonly config: CommandConfig;
  readonly signal: AbortSignal;
  /** Prints a line of what comes out. */
  readonly say: (line: string) => void;
}

/**
 * Reads what was typed after a command's name.
 *
 * @throws {CommandFault}
 */
export function optionsOf<const T extends ParseArgsOptionsConfig>(words: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...words], options, strict: true }).values;
  } catch (cause) {
    throw new CommandFault(reasonOf(cause), { cause });
  }
}
