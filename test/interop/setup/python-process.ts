import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { vi } from 'vitest';

const scripts = join(import.meta.dirname, '../python');
/** The Python client waits for its answer for ever; no process of a test may. */
const LONGEST_MS = 120_000;

/** A Python script that runs, and what it has said so far. */
export class PythonProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(python: string, script: string, args: readonly string[]) {
    const child = spawn(python, [join(scripts, script), ...args], {
      // Reports of progress go to the terminal, unless they are told to be lines.
      env: { ...process.env, DASF_REPORT_SHOW_METHOD: 'PRINT', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    this.ended.catch(() => {});
    this.#child = child;
  }

  /** Waits until the process has told something. */
  async tells(words: string, withinMs = 30_000): Promise<void> {
    const told = () => `${this.stdout}${this.stderr}`.includes(words);
    await vi.waitUntil(() => told() || this.#child.exitCode !== null, { timeout: withinMs }).catch(() => {});
    if (!told()) throw new Error(`was to tell "${words}", but told:\n${this.stdout}${this.stderr}`);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
