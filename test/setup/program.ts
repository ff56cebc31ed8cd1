import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 5;

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
    await this.until(told, withinMs);
    if (!told()) throw new Error(`was to tell "${words}", but told:\n${this.stdout}${this.stderr}`);
  }

  /** Waits until this is so, the program has ended, or the time is over. */
  async until(isSo: () => boolean, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!isSo() && !this.hasEnded && performance.now() < deadline) await sleep(POLL_MS);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
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
