import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { vi } from 'vitest';

export interface ProgramOptions extends Omit<SpawnOptions, 'stdio'> {
  /** Whether it is sent lines. */
  readonly listens?: boolean;
}

/** A program that runs, and what it has said so far; it is killed where it is disposed of. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(command: string, args: readonly string[], { listens, ...options }: ProgramOptions = {}) {
    const child = spawn(command, args, { ...options, stdio: [listens ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    child.stdin?.on('error', () => {}); // It has ended, which is told otherwise.
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    this.ended.catch(() => {});
    this.#child = child;
  }

  /** Waits until the program has told something. */
  async tells(words: string, withinMs = 30_000): Promise<void> {
    const told = () => `${this.stdout}${this.stderr}`.includes(words);
    await vi.waitUntil(() => told() || this.hasEnded, { timeout: withinMs }).catch(() => {});
    if (!told()) throw new Error(`was to tell "${words}", but told:\n${this.stdout}${this.stderr}`);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  send(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
