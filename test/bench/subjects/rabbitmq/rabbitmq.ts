import { writeFileSync } from 'node:fs';
import { mkdir, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '@dasf-broker/ports';
import { Program } from '../../../setup/program.ts';
import type { WireAddress } from '../../load/wires/wire.ts';
import type { Subject } from '../subject.ts';
import type { RabbitPrograms } from './programs.ts';

const READY_WITHIN_MS = 120_000;

/** RabbitMQ with its websockets that speak STOMP. */
export class Rabbitmq implements Subject, AsyncDisposable {
  readonly name = 'rabbitmq';
  readonly wire: WireAddress;
  readonly #server: Program;
  readonly #closing: AsyncDisposableStack;

  private constructor(port: number, server: Program, closing: AsyncDisposableStack) {
    const authorization = 'guest:guest';
    this.wire = { speaks: 'stomp', urls: [`ws://127.0.0.1:${port}/ws`], authorization };
    this.#server = server;
    this.#closing = closing;
  }

  static async start(programs: RabbitPrograms): Promise<Rabbitmq> {
    await using opening = new AsyncDisposableStack();
    const { path: folder } = opening.use(await mkdtempDisposable(join(tmpdir(), 'dasf-rabbitmq-')));
    const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()];
    const env = environment(programs, folder, { distribution, mapper });
    await mkdir(join(folder, 'log'));
    writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_web_stomp].\n');
    writeFileSync(join(folder, 'rabbitmq.conf'), configuration(port));
    // Else the server starts one that stays when it ends.
    const names = ['-port', String(mapper), '-address', '127.0.0.1'];
    opening.use(new Program(join(programs.erlang, 'bin/epmd'), names, { env }));
    const server = opening.use(new Program(join(programs.home, 'sbin/rabbitmq-server'), [], { env }));
    await server.tells('Server startup complete', READY_WITHIN_MS);
    return new Rabbitmq(port, server, opening.move());
  }

  pids(): Readonly<Record<string, number>> {
    return { rabbitmq: this.#server.pid };
  }

  /** Queues are made by who first names them. */
  async topics(count: number): Promise<string[]> {
    const run = crypto.randomUUID().slice(0, 8);
    return Array.from({ length: count }, (_, index) => `bench-${run}-${index}`);
  }

  async settled(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.#closing.disposeAsync();
  }
}

function configuration(port: number): string {
  return `listeners.tcp = none
stomp.listeners.tcp = none
web_stomp.tcp.ip = 127.0.0.1
web_stomp.tcp.port = ${port}
log.console = true
log.file = false
`;
}

function environment(
  { erlang, home }: RabbitPrograms,
  folder: string,
  { distribution, mapper }: { distribution: number; mapper: number },
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: folder,
    PATH: `${join(erlang, 'bin')}${delimiter}${process.env['PATH']}`,
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // Else a shell stands between the server and whoever ends it.
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_HOME: home,
    RABBITMQ_NODENAME: `bench-${process.pid}@localhost`,
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
  };
}
