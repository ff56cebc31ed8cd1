import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackFile } from '@dasf-broker/deploy';

const SCRIPT = fileURLToPath(new URL('../../services/edge/src/main.ts', import.meta.url));

/** Another edge of a local stack. */
export class SecondEdge implements AsyncDisposable {
  /** Where the websocket addresses begin. */
  readonly address: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, address: string) {
    this.#process = process;
    this.address = address;
  }

  static async start({
    natsUrl,
    natsSeedFile,
    logSettings,
    tokenSecretFile,
  }: StackFile): Promise<SecondEdge> {
    const child = fork(SCRIPT, {
      env: {
        PATH: process.env['PATH'],
        ...logSettings,
        DASF_NATS_URL: natsUrl,
        // The keys of all services lie in one folder.
        ...(natsSeedFile ? { DASF_NATS_NKEY_SEED_FILE: join(dirname(natsSeedFile), 'edge.nk') } : {}),
        DASF_JWT_SECRET_FILE: tokenSecretFile,
        DASF_EDGE_HOST: '127.0.0.1',
        DASF_EDGE_PORT: '0',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error('the second edge did not start');
    });
    ended.catch(() => {});
    const [{ address }] = (await Promise.race([once(child, 'message'), ended])) as [{ address: string }];
    return new SecondEdge(child, address);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }
}
