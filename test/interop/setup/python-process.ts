import { join } from 'node:path';
import { Program } from '../../setup/program.ts';

const scripts = join(import.meta.dirname, '../python');
/** The Python client waits for its answer for ever; no process of a test may. */
const LONGEST_MS = 120_000;

/** A Python script that runs, and what it has said so far. */
export class PythonProcess extends Program {
  constructor(python: string, script: string, args: readonly string[]) {
    super(python, [join(scripts, script), ...args], {
      // Reports of progress go to the terminal, unless they are told to be lines.
      env: { ...process.env, DASF_REPORT_SHOW_METHOD: 'PRINT', PYTHONDONTWRITEBYTECODE: '1' },
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
  }
}
