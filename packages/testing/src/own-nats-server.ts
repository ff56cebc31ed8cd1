import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@dasf-broker/ports';
import { inject } from 'vitest';

/** A NATS server for one test, which may kill it and start it again with what it had stored. */
export class OwnNatsServer implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(url: string, folder: string) {
    this.url = url;
    this.#folder = folder;
  }

  static async start(): Promise<OwnNatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'dasf-test-nats-'));
    const port = await freePort();
    const config = `listen: "127.0.0.1:${port}"
      max_payload: 8388608
      jetstream { store_dir: ${JSON.stringify(folder)}, max_file_store: 1000000000, sync_interval: always }`;
    await writeFile(join(folder, 'nats-server.conf'), config);
    const server = new OwnNatsServer(`nats://127.0.0.1:${port}`, folder);
    await server.startAgain();
    return server;
  }

  /** Resolves when it takes connections. */
  async startAgain(): Promise<void> {
    const binary = inject('natsServerBinary');
    if (!binary) throw new Error('There is no nats-server here: skip the test.');
    const child = spawn(binary, ['--config', join(this.#folder, 'nats-server.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      lines.push(line);
      if (line.endsWith('Server is ready')) {
        child.stderr.resume();
        return;
      }
    }
    throw new Error(`nats-server ended at once:\n${lines.join('\n')}`);
  }

  /** As a power cut would: nothing is said to anyone. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
