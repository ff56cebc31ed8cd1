import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSecret, signToken } from '@dasf-broker/access';
import { isRunning, pollUntil, readRun, runTool, type StackFile } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';

const root = join(import.meta.dirname, '../..');
const READY = 'DASF broker ready';
const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 60_000;

type TemporaryFolder = ReturnType<typeof mkdtempDisposableSync>;

/** What `npm start` starts, as processes, on a data folder and ports of its own. */
export class LocalStack implements AsyncDisposable {
  /** The edge's. */
  readonly port: number;
  readonly apiPort: number;
  /** As it has it itself; commands that have it find the stack. */
  readonly env: NodeJS.ProcessEnv;
  readonly #folder: TemporaryFolder;
  #starter: ChildProcess | undefined;
  #output = '';

  private constructor(folder: TemporaryFolder, port: number, apiPort: number, settings: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.port = port;
    this.apiPort = apiPort;
    this.env = {
      ...withoutSettings(process.env),
      ...settings,
      DASF_DATA_DIR: join(folder.path, 'data'),
      DASF_EDGE_PORT: String(port),
      DASF_API_PORT: String(apiPort),
    };
  }

  /** @param settings `DASF_` variables for every service */
  static async start(settings: NodeJS.ProcessEnv = {}): Promise<LocalStack> {
    const folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-stack-'));
    const stack = new LocalStack(folder, await freePort(), await freePort(), settings);
    try {
      await stack.start();
    } catch (error) {
      await stack[Symbol.asyncDispose]();
      throw error;
    }
    return stack;
  }

  /** Where the websocket addresses begin. */
  get edge(): string {
    return `ws://127.0.0.1:${this.port}/ws/`;
  }

  /** Starts it on what is in the data folder, on the same ports; resolves when it says that it is ready. */
  async start(): Promise<void> {
    this.#output = '';
    const starter = spawn(process.execPath, ['deploy/local/main.ts'], {
      cwd: root,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#starter = starter;
    for (const stream of [starter.stdout, starter.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    const isSettled = async () => this.#output.includes(READY) || hasEnded(starter);
    // What it said by then tells more than that the time is over.
    await pollUntil(isSettled, START_WITHIN_MS).catch(() => {});
    if (!this.#output.includes(READY)) throw new Error(`the stack did not start:\n${this.#output}`);
  }

  /** Everything at once and without a warning, as when the machine fails. */
  async kill(): Promise<void> {
    const run = readRun(this.#dataDir);
    if (!run || run.children.length < 5) throw new Error('the stack is not complete');
    // The starter first: it would start the others again.
    const everything = [run.starter, ...run.children];
    for (const { pid } of everything) process.kill(pid, 'SIGKILL');
    await pollUntil(async () => !everything.some(isRunning), 10_000);
  }

  /** One part of it; the starter starts that again. */
  killPart(name: string): void {
    const part = readRun(this.#dataDir)?.children.find((child) => child.name === name);
    if (!part) throw new Error(`there is no ${name}`);
    process.kill(part.pid, 'SIGKILL');
  }

  /** As Ctrl-C does. */
  async stop(): Promise<void> {
    const starter = this.#starter;
    if (!starter || hasEnded(starter)) return;
    starter.kill('SIGTERM');
    await once(starter, 'exit', { signal: AbortSignal.timeout(STOP_WITHIN_MS) });
  }

  /** Runs the project's command line tool on this stack. */
  async dasf(...args: readonly string[]): Promise<string> {
    const command = [join(root, 'packages/cli/src/main.ts'), ...args];
    const signal = AbortSignal.timeout(30_000);
    const { code, stdout, stderr } = await runTool(process.execPath, command, { env: this.env, signal });
    if (code !== 0) throw new Error(`dasf ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout.trim();
  }

  async token(sub: string, permissions: readonly string[] = []): Promise<string> {
    const secret = readFileSync(this.file.tokenSecretFile, 'utf8');
    return await signToken({ sub, permissions, ttlSeconds: 600 }, parseSecret(secret.trim()));
  }

  /** What the stack tells the command line tool of itself. */
  get file(): StackFile {
    return JSON.parse(readFileSync(join(this.#dataDir, 'stack.json'), 'utf8')) as StackFile;
  }

  /** Ends it, and sees to it that nothing stays behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    const children = readRun(this.#dataDir)?.children ?? [];
    await this.stop();
    const left = children.filter(isRunning);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    this.#folder.remove();
    if (left.length > 0) throw new Error(`left behind: ${left.map(({ name }) => name).join(', ')}`);
  }

  get #dataDir(): string {
    return join(this.#folder.path, 'data');
  }
}

/** The settings of whoever runs the tests are for a stack of their own. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('DASF_')));
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
