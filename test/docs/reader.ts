import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposableSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStack } from '../harness/index.ts';
import { type CodeBlock, codeBlocks, fileName, isAsShown } from './code-blocks.ts';

const ROOT = join(import.meta.dirname, '../..');
const COMMAND_WITHIN_MS = 60_000;
/** Such a reader has started the broker already, and stops it in the end. */
const START = 'npm start';

/** What a page's reader does: saves its files, runs its commands, compares what they print. */
export class Reader implements AsyncDisposable {
  readonly #stack: LocalStack;
  readonly #folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-reader-'));
  readonly #env: NodeJS.ProcessEnv;
  readonly #listening: ChildProcess[] = [];
  /** What was set in the terminal, and unset, for the commands that follow. */
  readonly #settings: string[] = [];

  /** @param path folders of programs, such as of a Python environment */
  constructor(stack: LocalStack, path: readonly string[] = []) {
    this.#stack = stack;
    this.#env = { ...stack.env, PATH: [...path, process.env['PATH']].join(':') };
    // As a clone in which nothing that the page makes stays behind.
    for (const name of readdirSync(ROOT)) {
      if (name !== '.git' && name !== '.dasf') symlinkSync(join(ROOT, name), join(this.#folder.path, name));
    }
  }

  /**
   * @param endless commands that go on listening: they run beside the others once they say so
   * @param done commands that the reader need not run any more
   * @throws what was different from what the page shows, with its line
   */
  async follow(
    page: string,
    endless: Readonly<Record<string, string>> = {},
    done: readonly string[] = [],
  ): Promise<void> {
    let output = '';
    for (const block of codeBlocks(page)) {
      const name = fileName(block);
      if (name !== undefined) writeFileSync(join(this.#folder.path, name), this.#here(block.text));
      else if (block.language === 'sh') output = await this.#runAll(block, endless, done);
      else if (block.language === 'text' && !isAsShown(output, this.#here(block.text)))
        throw new Error(`line ${block.line} shows\n${block.text}\nwhat came was\n${output}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#listening) await ended(process);
    this.#folder.remove();
  }

  async #runAll(
    { text, line }: CodeBlock,
    endless: Readonly<Record<string, string>>,
    done: readonly string[],
  ): Promise<string> {
    let output = '';
    for (const command of text.replaceAll('\\\n', '').split('\n')) {
      if (command.trim() === '' || command === START || done.includes(command)) continue;
      const ready = endless[command];
      if (/^(export|unset) /.test(command)) this.#settings.push(command);
      else if (ready !== undefined) await this.#listen(command, ready);
      else output += await this.#run(command, line);
    }
    return output;
  }

  /** In a shell of its own, whose output is one text. */
  #shell(command: string): ChildProcess & { readonly output: string } {
    const child = spawn('bash', ['-c', this.#here([...this.#settings, command].join('\n'))], {
      cwd: this.#folder.path,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return Object.defineProperty(child, 'output', { get: () => output }) as never;
  }

  async #run(command: string, line: number): Promise<string> {
    const shell = this.#shell(command);
    const late = AbortSignal.timeout(COMMAND_WITHIN_MS);
    const [code] = await once(shell, 'close', { signal: late }).catch(async () => {
      await ended(shell);
      return ['no code: it took too long'];
    });
    if (code !== 0) throw new Error(`line ${line}: ${command}\nended with ${code}:\n${shell.output}`);
    return shell.output;
  }

  async #listen(command: string, ready: string): Promise<void> {
    const shell = this.#shell(command);
    this.#listening.push(shell);
    const deadline = performance.now() + COMMAND_WITHIN_MS;
    while (!shell.output.includes(ready)) {
      if (performance.now() > deadline) throw new Error(`${command} said\n${shell.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The page's presets stand for where this broker is. */
  #here(text: string): string {
    const { port, apiPort } = this.#stack;
    return text
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)
      .replaceAll('--port 8080', `--port ${port}`)
      .replaceAll('127.0.0.1:8081', `127.0.0.1:${apiPort}`);
  }
}

/** With all that it started. */
async function ended(shell: ChildProcess): Promise<void> {
  if (shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined) return;
  const over = once(shell, 'exit');
  process.kill(-shell.pid, 'SIGTERM');
  await over;
}
