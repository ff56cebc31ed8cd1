import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@dasf-broker/ports';
import { inject } from 'vitest';

const KEPT_LINES = 50;

/** A NATS server for one test, which may kill it and start it again with what it had stored. */
export class OwnNatsServer implements AsyncDisposable {
  readonly url: string;
  /** What the server has logged as an error, such as what it refused. */
  readonly errors: string[] = [];
  readonly #folder: string;
  /** Where it says how it is; on a port that it chooses at each start. */
  #monitoring = '';
  #process: ChildProcess | undefined;

  private constructor(url: string, folder: string) {
    this.url = url;
    this.#folder = folder;
  }

  /** @param more of its configuration, such as who may do what */
  static async start(more = ''): Promise<OwnNatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'dasf-test-nats-'));
    const port = await freePort();
    const config = `listen: "127.0.0.1:${port}"
      http: "127.0.0.1:-1"
      max_payload: 8388608
      jetstream { store_dir: ${JSON.stringify(folder)}, max_file_store: 1000000000, sync_interval: always }
      ${more}`;
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
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    createInterface({ input: child.stderr })
      .on('line', (line) => {
        if (lines.length < KEPT_LINES) lines.push(line);
        this.#monitoring = / http monitor on (\S+)$/.exec(line)?.[1] ?? this.#monitoring;
        if (line.includes('[ERR]')) this.errors.push(line);
        if (line.endsWith('Server is ready')) resolve();
      })
      .on('close', () => reject(new Error(`nats-server ended at once:\n${lines.join('\n')}`)));
    await promise;
  }

  /** How many subscriptions its clients have, as it says itself. */
  async subscriptions(): Promise<number> {
    const answer = await fetch(`http://${this.#monitoring}/connz`);
    const { connections } = (await answer.json()) as { connections: { subscriptions: number }[] };
    return connections.reduce((sum, { subscriptions }) => sum + subscriptions, 0);
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
