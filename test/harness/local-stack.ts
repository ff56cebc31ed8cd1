import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseSecret, signToken } from '@dasf-broker/access';

const root = join(import.meta.dirname, '../..');

/** What `npm start` starts, on a data folder and ports of its own, as processes. */
export class LocalStack implements AsyncDisposable {
  readonly #env: NodeJS.ProcessEnv;
  readonly #dataDir: string;
  readonly #folder: AsyncDisposable;
  #starter: ChildProcess | undefined;

  private constructor(folder: AsyncDisposable & { path: string }, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#dataDir = join(folder.path, 'data');
    this.#env = { ...process.env, ...env, DASF_DATA_DIR: this.#dataDir };
  }

  static async start(): Promise<LocalStack> {
    const folder = await mkdtempDisposable(join(tmpdir(), 'dasf-stack-'));
    const env = { DASF_EDGE_PORT: await freePort(), DASF_API_PORT: await freePort() };
    const stack = new LocalStack(folder, env);
    await stack.start();
    return stack;
  }

  /** Where the websocket addresses begin. */
  get edge(): string {
    return `ws://127.0.0.1:${this.#env['DASF_EDGE_PORT']}/ws/`;
  }

  /** Starts it on what is in the data folder; resolves when it says that it is ready. */
  async start(): Promise<void> {
    const starter = spawn(process.execPath, ['deploy/local/main.ts'], {
      cwd: root,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#starter = starter;
    const said: string[] = [];
    createInterface({ input: starter.stderr }).on('line', (line) => said.push(line));
    const lines = createInterface({ input: starter.stdout });
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        said.push(line);
        if (line.startsWith('DASF broker ready')) resolve();
      });
      starter.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${said.join('\n')}`)));
    });
  }

  /** As Ctrl-C: resolves with the exit code when everything has ended. */
  async stop(): Promise<number | null> {
    const starter = this.#starter;
    if (!starter || starter.exitCode !== null) return null;
    starter.kill('SIGTERM');
    const [code] = await once(starter, 'exit');
    return code as number | null;
  }

  /** Kills every process of it at once, as a machine that crashes does. */
  async kill(): Promise<void> {
    const { pid, pids } = JSON.parse(await readFile(join(this.#dataDir, 'stack.json'), 'utf8'));
    const exited = this.#starter && once(this.#starter, 'exit');
    for (const each of [pid, ...Object.values(pids)]) process.kill(each as number, 'SIGKILL');
    await exited;
  }

  async token(sub: string, permissions: readonly string[] = []): Promise<string> {
    const secret = await readFile(join(this.#dataDir, 'token-secret'), 'utf8');
    return signToken({ sub, permissions, ttlSeconds: 600 }, parseSecret(secret.trim()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#folder[Symbol.asyncDispose]();
  }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return String(port);
}
