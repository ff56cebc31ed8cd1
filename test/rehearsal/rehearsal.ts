import { constants } from 'node:fs';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@dasf-broker/testing';
import { render } from '../chart/helm.ts';
import { type Container, container, type Workload, workload, workloads } from '../chart/manifest.ts';
import { ImageTree, STRANGER } from '../image/image-tree.ts';
import { Program } from '../setup/program.ts';
import { rolesOnDatabase } from './database.ts';
import { Network } from './network.ts';
import { Pod, type Surroundings } from './pod.ts';
import { keyOf, secretsFor } from './secrets.ts';

const SERVICES = ['edge', 'store', 'api'];
const READY_WITHIN_MS = 90_000;

interface Tools {
  readonly helm: string;
  readonly natsServer: string;
  readonly databaseUrl: string;
}

interface Running {
  readonly part: string;
  readonly process: Program;
  readonly graceSeconds: number;
}

/** The chart's workloads as plain processes, from the image's own folder, with what the chart gives them. */
export class Rehearsal implements AsyncDisposable {
  readonly #opened: AsyncDisposableStack;
  readonly #world: Surroundings;
  readonly #tree: ImageTree;
  readonly #running: Running[] = [];

  private constructor(opened: AsyncDisposableStack, world: Surroundings, tree: ImageTree) {
    this.#opened = opened;
    this.#world = world;
    this.#tree = tree;
  }

  static async start(values: string, tools: Tools): Promise<Rehearsal> {
    await using opening = new AsyncDisposableStack();
    const tree = opening.use(await ImageTree.build());
    const database = opening.use(await rolesOnDatabase(tools.databaseUrl));
    const folder = await mkdtemp(join(tmpdir(), 'dasf-pods-'));
    opening.defer(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755);
    const { store, api } = database.roles;
    const { manifests, fault } = render(
      tools.helm,
      values,
      `postgres.roles.store=${store}`,
      `postgres.roles.api=${api}`,
    );
    if (fault) throw new Error(fault);
    const secrets = secretsFor(database.urls);
    const world = { manifests, secrets, network: new Network(), folder };
    const rehearsal = new Rehearsal(opening.move(), world, tree);
    try {
      await rehearsal.#startAll(tools.natsServer);
    } catch (error) {
      await rehearsal[Symbol.asyncDispose]();
      throw error;
    }
    return rehearsal;
  }

  get edge(): string {
    return `ws://${this.#addressOf('edge')}:8080/ws/`;
  }

  get api(): string {
    return `http://${this.#addressOf('api')}:8080/dasf-broker-django/`;
  }

  /** A file with the key that tokens are signed with. */
  async secretFile(): Promise<string> {
    const path = join(this.#world.folder, 'token-secret');
    await writeFile(path, keyOf(this.#world.secrets, 'dasf-tokens', 'token-secret'), { mode: 0o600 });
    return path;
  }

  /** Runs what `helm test` runs, and tells what it said; fails where that does. */
  test(): Promise<string> {
    const test = workload(this.#world.manifests, 'test');
    return this.#toItsEnd(test, container(test));
  }

  /** Ends the services as Kubernetes does: who takes longer than he is given is killed. */
  async stop(): Promise<Record<string, number | null>> {
    const services = this.#running.splice(0);
    const ended = services.map(async ({ part, process, graceSeconds }) => {
      const late = setTimeout(() => void process.kill(), graceSeconds * 1000);
      await process.stop();
      clearTimeout(late);
      return [part, await process.ended] as const;
    });
    return Object.fromEntries(await Promise.all(ended));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.map(({ process }) => process.kill()));
    await this.#opened.disposeAsync();
  }

  async #startAll(natsServer: string): Promise<void> {
    const { manifests, network } = this.#world;
    for (const { manifest } of workloads(manifests)) network.addressOf(manifest.metadata.name);
    await this.#startNats(natsServer);
    const migration = workload(manifests, 'migration');
    const isHook = migration.manifest.metadata.annotations?.['helm.sh/hook'] !== undefined;
    const migrating = this.#toItsEnd(migration, container(migration));
    if (isHook) await migrating;
    await Promise.all([migrating, ...SERVICES.map((part) => this.#startService(part))]);
  }

  async #startNats(natsServer: string): Promise<void> {
    const nats = workload(this.#world.manifests, 'nats');
    for (const one of nats.pod.initContainers ?? []) await this.#toItsEnd(nats, one);
    const pod = await Pod.prepare(nats, this.#world);
    const { args, env } = pod.commandOf(container(nats));
    // From where others may run it.
    const program = join(this.#world.folder, 'nats-server');
    await copyFile(natsServer, program, constants.COPYFILE_FICLONE);
    const server = this.#opened.use(new Program(program, args, { env, ...STRANGER }));
    await until(server, `http://${pod.address}:8222/healthz`);
  }

  async #startService(part: string): Promise<void> {
    const service = workload(this.#world.manifests, part);
    const { ports = [], ...given } = container(service);
    const process = await this.#launch(service, container(service));
    const graceSeconds: number = service.pod['terminationGracePeriodSeconds'];
    this.#running.push({ part, process, graceSeconds });
    const { path, port } = given['readinessProbe'].httpGet;
    const number = ports.find(({ name }) => name === port)?.containerPort;
    await until(process, `http://${this.#addressOf(part)}:${number}${path}`);
  }

  async #toItsEnd(of: Workload, one: Container): Promise<string> {
    await using program = await this.#launch(of, one);
    const code = await program.ended;
    const output = program.stdout + program.stderr;
    if (code !== 0) throw new Error(`${one.name} ended with ${code}: ${output}`);
    return output;
  }

  async #launch(of: Workload, one: Container): Promise<Program> {
    const pod = await Pod.prepare(of, this.#world);
    const { args, env } = pod.commandOf(one);
    return new Program(this.#tree.node, args, { cwd: this.#tree.path, env, ...STRANGER });
  }

  #addressOf(part: string): string {
    return this.#world.network.addressOf(workload(this.#world.manifests, part).manifest.metadata.name);
  }
}

async function until(program: Program, address: string): Promise<void> {
  const answers = () =>
    fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(async () => program.hasEnded || (await answers()), READY_WITHIN_MS).catch(() => {});
  if (program.hasEnded || !(await answers())) {
    throw new Error(`${address} was not ready in time:\n${program.stdout}${program.stderr}`);
  }
}
