import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '@dasf-broker/deploy';
import { eventually } from '@dasf-broker/testing';
import { ImageTree, STRANGER } from '../../image/image-tree.ts';
import { Program } from '../../setup/program.ts';
import { Network } from '../network.ts';
import { type Caddy, withoutMachine } from './caddy.ts';
import { type ComposeService, type Condition, dependencies, makeKeys, readServices } from './compose-file.ts';
import { Postgres } from './postgres.ts';

const CONF = join(import.meta.dirname, '../../../deploy/compose');
const HEALTHY_WITHIN_MS = 120_000;
/** Where a service is reached by its name: after `//`, `@` or a space, before its port or a path. */
const NAMES = /(?<=\/\/|@|\s)(nats|postgres|edge|api)(?=[:/])/g;

export interface Tools {
  readonly natsServer: string;
  /** Where there is none, nothing stands before edge and api. */
  readonly caddy: Caddy | undefined;
}

/**
 * All services of deploy/compose.yaml as plain processes: each with its command, environment, files, user and health
 * check, begun when those that it depends on are as it wants them. A container's network is an address on loopback;
 * PostgreSQL's image is the PostgreSQL of the local stack.
 */
export class ComposeRehearsal implements AsyncDisposable {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly folder: string;
  readonly #opened: AsyncDisposableStack;
  readonly #tools: Tools;
  readonly #tree: ImageTree;
  readonly #network = new Network();
  readonly #started = new Map<string, Promise<Program | undefined>>();
  #postgres: Postgres | undefined;

  private constructor(
    opened: AsyncDisposableStack,
    parts: { tools: Tools; tree: ImageTree; folder: string; services: ComposeRehearsal['services'] },
  ) {
    this.#opened = opened;
    this.#tools = parts.tools;
    this.#tree = parts.tree;
    this.folder = parts.folder;
    this.services = parts.services;
    for (const name of Object.keys(parts.services)) this.#network.addPod(name);
  }

  static async start(tools: Tools): Promise<ComposeRehearsal> {
    await using opening = new AsyncDisposableStack();
    const tree = opening.use(await ImageTree.build());
    const folder = await mkdtemp(join(tmpdir(), 'dasf-compose-'));
    opening.defer(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755);
    const given = { ...(await makeKeys(folder)), DASF_MAX_FILE_STORE: '2GB' };
    const services = readServices(tools.caddy ? { ...given, DASF_DOMAIN: tools.caddy.domain } : given);
    const rehearsal = new ComposeRehearsal(opening.move(), { tools, tree, folder, services });
    try {
      await Promise.all(Object.keys(services).map((name) => rehearsal.#start(name)));
      await Promise.all(['store', 'edge', 'api'].map((name) => rehearsal.#until(name, 'service_healthy')));
    } catch (error) {
      await rehearsal[Symbol.asyncDispose]();
      throw error;
    }
    return rehearsal;
  }

  /** The key of tokens, as docs/compose.md makes it. */
  get secretFile(): string {
    return join(this.folder, 'deploy/.keys/token-secret');
  }

  addressOf(name: string): string {
    return this.#network.addressOf(name);
  }

  /** What a service has said. */
  async outputOf(name: string): Promise<string> {
    const program = await this.#started.get(name);
    return program ? program.stdout + program.stderr : '';
  }

  /** Ends services as the engine does, with what their processes end with. */
  async stop(...names: readonly string[]): Promise<readonly (number | null)[]> {
    const programs = await Promise.all(names.map((name) => this.#started.get(name)));
    return await Promise.all(
      programs.map(async (program) => {
        await program?.stop();
        return (await program?.ended) ?? null;
      }),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }

  /** Once, when what it depends on is there. */
  #start(name: string): Promise<Program | undefined> {
    const starting = this.#started.get(name) ?? this.#startNow(name);
    this.#started.set(name, starting);
    return starting;
  }

  async #startNow(name: string): Promise<Program | undefined> {
    const service = this.#service(name);
    // Nobody is started in the same turn: all are known first.
    await Promise.resolve();
    for (const [other, condition] of dependencies(service)) await this.#until(other, condition);
    switch (name) {
      case 'nats-folder':
        return await this.#makeNatsFolder(service);
      case 'nats':
        return await this.#startNats(service);
      case 'postgres':
        this.#postgres = this.#opened.use(
          await Postgres.start(join(this.folder, name), join(CONF, 'roles.sh'), service.environment ?? {}),
        );
        return undefined;
      case 'proxy':
        return await this.#startProxy();
      default:
        return this.#startBroker(name, service);
    }
  }

  async #until(name: string, condition: Condition): Promise<void> {
    const program = await this.#start(name);
    if (condition === 'service_started') return;
    if (condition === 'service_completed_successfully') {
      const code = program ? await program.ended : 0;
      if (code !== 0) throw new Error(`${name} ended with ${code}:\n${await this.outputOf(name)}`);
      return;
    }
    const isWell = () => this.#isHealthy(name);
    await eventually(async () => program?.hasEnded || (await isWell()), HEALTHY_WITHIN_MS).catch(() => {});
    if (!(await isWell())) throw new Error(`${name} is not healthy:\n${await this.outputOf(name)}`);
  }

  /** By its own health check. */
  async #isHealthy(name: string): Promise<boolean> {
    const [kind, command = '', ...words] = this.#service(name).healthcheck?.test ?? [];
    if (kind !== 'CMD') throw new Error(`${name} has no health check of a kind that is rehearsed.`);
    const program = command === '/usr/local/bin/node' ? this.#tree.node : command;
    const here = name === 'postgres' ? '127.0.0.1' : this.addressOf(name);
    const args = words.map((word) => word.replaceAll('127.0.0.1', here));
    const env = { PATH: process.env['PATH'], PGPORT: String(this.#postgres?.port ?? '') };
    return (await runTool(program, args, { env })).code === 0;
  }

  async #makeNatsFolder({ entrypoint = [] }: ComposeService): Promise<undefined> {
    await mkdir(join(this.folder, 'data'));
    const [command = '', ...words] = entrypoint.map((word) => this.#inPlace(word, 'nats'));
    // Only root has a folder to hand over; to others it belongs already.
    const { code, stderr } =
      STRANGER.uid === undefined ? { code: 0, stderr: '' } : await runTool(command, words);
    if (code !== 0) throw new Error(stderr);
    return undefined;
  }

  async #startNats({ command = [], environment = {}, user = '' }: ComposeService): Promise<Program> {
    await mkdir(join(this.folder, 'etc/nats'), { recursive: true });
    for (const file of ['nats-server.conf', 'dasf-accounts.conf']) {
      const text = await readFile(join(CONF, file), 'utf8');
      await writeFile(join(this.folder, 'etc/nats', file), this.#inPlace(text, 'nats'));
    }
    // From where others may run it.
    const program = join(this.folder, 'nats-server');
    await copyFile(this.#tools.natsServer, program, constants.COPYFILE_FICLONE);
    const [uid, gid] = user.split(':').map(Number);
    const as = STRANGER.uid === undefined || uid === undefined || gid === undefined ? {} : { uid, gid };
    const args = command.map((word) => this.#inPlace(word, 'nats'));
    return this.#opened.use(new Program(program, args, { env: environment, ...as }));
  }

  #startBroker(name: string, { command = [], environment = {} }: ComposeService): Program {
    const env: Record<string, string> = { NODE_ENV: 'production' };
    for (const [variable, value] of Object.entries(environment)) env[variable] = this.#inPlace(value, name);
    // The loopback of its container.
    const internal = Object.keys(environment).find((variable) => variable.endsWith('_INTERNAL_PORT'));
    if (internal) env[internal.replace(/PORT$/, 'HOST')] = this.addressOf(name);
    return this.#opened.use(
      new Program(this.#tree.node, command, { cwd: this.#tree.path, env, ...STRANGER }),
    );
  }

  async #startProxy(): Promise<Program | undefined> {
    const { caddy } = this.#tools;
    if (!caddy) return undefined;
    const text = await readFile(join(CONF, 'Caddyfile'), 'utf8');
    const path = join(this.folder, 'Caddyfile');
    await writeFile(path, withoutMachine(this.#inPlace(text, 'proxy')));
    const home = { XDG_DATA_HOME: this.folder, XDG_CONFIG_HOME: this.folder };
    const env = { PATH: process.env['PATH'], DASF_DOMAIN: caddy.domain, ...home };
    const args = ['run', '--config', path, '--adapter', 'caddyfile'];
    const proxy = this.#opened.use(new Program(caddy.program, args, { env }));
    await proxy.tells('serving initial configuration');
    return proxy;
  }

  /** A text as a service finds it, at its own addresses and in its own folders. */
  #inPlace(text: string, name: string): string {
    const address = this.addressOf(name);
    const own = text
      .replaceAll(/(?<=^|[\s"'])(\/etc\/nats|\/data)(?=$|[/"\s])/gm, `${this.folder}$1`)
      .replaceAll(/\b(0\.0\.0\.0|127\.0\.0\.1)\b/g, address)
      // The proxy speaks from here.
      .replaceAll(/\b172\.29\.57\.0\/24\b/g, '127.0.0.1/32');
    return own.replaceAll(NAMES, (other) =>
      other === 'postgres' ? `127.0.0.1:${this.#postgres?.port}` : this.addressOf(other),
    );
  }

  #service(name: string): ComposeService {
    const service = this.services[name];
    if (!service) throw new Error(`There is no service ${name}.`);
    return service;
  }
}
