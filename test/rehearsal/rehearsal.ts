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
import { Pod, podName, type Surroundings } from './pod.ts';
import { keyOf, secretsFor } from './secrets.ts';

const SERVICES = ['edge', 'store', 'api'];
const READY_WITHIN_MS = 180_000;

interface Tools {
  readonly helm: string;
  readonly natsServer: string;
  readonly databaseUrl: string;
}

interface Running {
  readonly name: string;
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

  /** @param set what is set besides a set of values of the chart */
  static async start(values: string, set: readonly string[], tools: Tools): Promise<Rehearsal> {
    await using opening = new AsyncDisposableStack();
    const tree = opening.use(await ImageTree.build());
    const database = opening.use(await rolesOnDatabase(tools.databaseUrl));
    const folder = await mkdtemp(join(tmpdir(), 'dasf-pods-'));
    opening.defer(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755);
    const { store, api } = database.roles;
    const roles = [`postgres.roles.store=${store}`, `postgres.roles.api=${api}`];
    const { manifests, fault } = render(tools.helm, values, ...roles, ...set);
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

  get edges(): string[] {
    return this.#addressesOf('edge').map((address) => `ws://${address}:8080/ws/`);
  }

  get apis(): string[] {
    return this.#addressesOf('api').map((address) => `http://${address}:8080/dasf-broker-django/`);
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

  /** Takes a backup as the chart's job does, and tells what that said. */
  backup(): Promise<string> {
    const job = workload(this.#world.manifests, 'backup');
    return this.#toItsEnd(job, container(job));
  }

  /** Ends the services as Kubernetes does: who takes longer than he is given is killed. */
  async stop(): Promise<Record<string, number | null>> {
    const services = this.#running.splice(0);
    const ended = services.map(async ({ name, process, graceSeconds }) => {
      const late = setTimeout(() => void process.kill(), graceSeconds * 1000);
      await process.stop();
      clearTimeout(late);
      return [name, await process.ended] as const;
    });
    return Object.fromEntries(await Promise.all(ended));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.map(({ process }) => process.kill()));
    await this.#opened.disposeAsync();
  }

  async #startAll(natsServer: string): Promise<void> {
    const { manifests, network } = this.#world;
    for (const each of workloads(manifests)) {
      const { name } = each.manifest.metadata;
      for (const index of replicas(each)) {
        network.addPod(podName(each, index), `${podName(each, index)}.${name}-peers`, name);
      }
    }
    await this.#startNats(natsServer);
    const migration = workload(manifests, 'migration');
    const isHook = migration.manifest.metadata.annotations?.['helm.sh/hook'] !== undefined;
    const migrating = this.#toItsEnd(migration, container(migration));
    if (isHook) await migrating;
    await Promise.all([migrating, ...SERVICES.map((part) => this.#startService(part))]);
  }

  async #startNats(natsServer: string): Promise<void> {
    const nats = workload(this.#world.manifests, 'nats');
    // From where others may run it.
    const program = join(this.#world.folder, 'nats-server');
    await copyFile(natsServer, program, constants.COPYFILE_FICLONE);
    const starting = replicas(nats).map(async (index) => {
      for (const one of nats.pod.initContainers ?? []) await this.#toItsEnd(nats, one, index);
      const pod = await Pod.prepare(nats, this.#world, index);
      const { args, env } = pod.commandOf(container(nats));
      const server = this.#opened.use(new Program(program, args, { env, ...STRANGER }));
      await until(server, `http://${pod.address}:8222/healthz`);
    });
    await Promise.all(starting);
  }

  async #startService(part: string): Promise<void> {
    const service = workload(this.#world.manifests, part);
    const { ports = [], ...given } = container(service);
    const { path, port } = given['readinessProbe'].httpGet;
    const number = ports.find(({ name }) => name === port)?.containerPort;
    const graceSeconds: number = service.pod['terminationGracePeriodSeconds'];
    const starting = replicas(service).map(async (index) => {
      const process = await this.#launch(service, container(service), index);
      const name = podName(service, index);
      this.#running.push({ name: `${part}-${index}`, process, graceSeconds });
      await until(process, `http://${this.#world.network.addressOf(name)}:${number}${path}`);
    });
    await Promise.all(starting);
  }

  async #toItsEnd(of: Workload, one: Container, index = 0): Promise<string> {
    await using program = await this.#launch(of, one, index);
    const code = await program.ended;
    const output = program.stdout + program.stderr;
    if (code !== 0) throw new Error(`${one.name} ended with ${code}: ${output}`);
    return output;
  }

  async #launch(of: Workload, one: Container, index: number): Promise<Program> {
    const pod = await Pod.prepare(of, this.#world, index);
    const { args, env } = pod.commandOf(one);
    return new Program(this.#tree.node, args, { cwd: this.#tree.path, env, ...STRANGER });
  }

  #addressesOf(part: string): string[] {
    const of = workload(this.#world.manifests, part);
    return replicas(of).map((index) => this.#world.network.addressOf(podName(of, index)));
  }
}

/** The numbers of its pods. */
function replicas({ manifest }: Workload): number[] {
  return Array.from({ length: manifest.spec.replicas ?? 1 }, (_, index) => index);
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
