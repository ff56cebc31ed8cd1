import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Fare, fareOf, SELF_WATCH } from '../../harness/fare/fare.ts';

const root = join(import.meta.dirname, '../../..');
const PATIENCE_MS = 30_000;
const KEPT_OUTPUT = 4000;

/** A service as it runs in production, with somebody in it who can be asked how it fares. */
export class ServiceProcess implements AsyncDisposable {
  readonly name: string;
  /** Empty where it has none. */
  readonly address: string;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(name: string, child: ChildProcess, address: string) {
    this.name = name;
    this.address = address;
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
    });
  }

  static async start(name: string, env: NodeJS.ProcessEnv): Promise<ServiceProcess> {
    const child = fork(join(root, `services/${name}/src/main.ts`), {
      env: { PATH: process.env['PATH'], ...env },
      execArgv: ['--import', SELF_WATCH],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const [message] = await once(child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return new ServiceProcess(name, child, (message as { address?: string }).address ?? '');
  }

  /** Why it has ended, where it has. */
  get fault(): string | undefined {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return undefined;
    return `${this.name} has ended with ${exitCode ?? signalCode}: ${this.#output}`;
  }

  fare(): Promise<Fare> {
    return fareOf(this.#child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.fault) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    await exited;
    clearTimeout(late);
  }
}
