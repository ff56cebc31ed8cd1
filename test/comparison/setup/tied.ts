import { join } from 'node:path';
import { Program, type ProgramOptions } from '../../setup/program.ts';

export const djangoFolder = join(import.meta.dirname, '../django');

/** A program that also ends where this process is killed and can dispose of nothing. */
export function tied(python: string, command: readonly string[], options?: ProgramOptions): Program {
  return new Program(python, [join(djangoFolder, 'tied.py'), ...command], options);
}
