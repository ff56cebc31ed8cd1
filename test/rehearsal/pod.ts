import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Container, Manifest, Variable, Volume, Workload } from '../chart/manifest.ts';
import { STRANGER } from '../image/image-tree.ts';
import type { Network } from './network.ts';
import { keyOf, projected, type Secrets } from './secrets.ts';

export interface Surroundings {
  readonly manifests: readonly Manifest[];
  readonly secrets: Secrets;
  readonly network: Network;
  /** Where pods have their folders. */
  readonly folder: string;
}

export function podName({ manifest }: Workload, index: number): string {
  return `${manifest.metadata.name}-${index}`;
}

/** A pod without a container: its files in a folder of its own, and an address on loopback. */
export class Pod {
  readonly name: string;
  readonly address: string;
  readonly #workload: Workload;
  readonly #world: Surroundings;

  private constructor(workload: Workload, world: Surroundings, index: number) {
    this.name = podName(workload, index);
    this.address = world.network.addressOf(this.name);
    this.#workload = workload;
    this.#world = world;
  }

  /** @param index which of the workload's replicas */
  static async prepare(workload: Workload, world: Surroundings, index = 0): Promise<Pod> {
    const pod = new Pod(workload, world, index);
    const { containers, initContainers = [], volumes = [] } = workload.pod;
    const mounts = [...initContainers, ...containers].flatMap(({ volumeMounts = [] }) => volumeMounts);
    for (const { name, mountPath } of mounts) {
      await pod.#makeFolder(mountPath);
      const volume = volumes.find((one) => one.name === name);
      const files = volume ? pod.#contentsOf(volume) : {};
      for (const [path, text] of Object.entries(files)) await pod.#write(join(mountPath, path), text);
    }
    return pod;
  }

  /** What a container is started with; an address of its own stands for the one that it thinks it has. */
  commandOf(container: Container): { args: string[]; env: Record<string, string> } {
    const env: Record<string, string> = {};
    for (const variable of container.env ?? []) env[variable.name] = this.#valueOf(variable, env);
    return { args: container.args.map((word) => this.#inPlace(word)), env };
  }

  #contentsOf(volume: Volume): Record<string, string> {
    const { configMap } = volume;
    if (!configMap) return projected(volume, this.#world.secrets);
    const of = this.#world.manifests.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap.name,
    );
    if (!of?.data) throw new Error(`There is no ConfigMap ${configMap.name}.`);
    const texts = Object.entries(of.data).map(([path, text]) => [path, this.#inPlace(text)]);
    return Object.fromEntries(texts);
  }

  #valueOf({ value, valueFrom }: Variable, before: Readonly<Record<string, string>>): string {
    if (valueFrom?.secretKeyRef) {
      return keyOf(this.#world.secrets, valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key);
    }
    if (valueFrom?.fieldRef) return this.name;
    return this.#inPlace(value ?? '').replace(/\$\((\w+)\)/g, (all, name) => before[name] ?? all);
  }

  #inPlace(text: string): string {
    const { containers, initContainers = [] } = this.#workload.pod;
    const mounts = [...initContainers, ...containers].flatMap(({ volumeMounts = [] }) => volumeMounts);
    const paths = [...new Set(mounts.map(({ mountPath }) => mountPath))];
    const moved = paths.reduce(
      (so, path) => so.replaceAll(new RegExp(`(^|["=])${path}(?=$|[/"])`, 'gm'), `$1${this.#path(path)}`),
      text,
    );
    return this.#world.network.resolved(moved).replaceAll(/\b(0\.0\.0\.0|127\.0\.0\.1)\b/g, this.address);
  }

  #path(path: string): string {
    return join(this.#world.folder, this.address, path);
  }

  async #makeFolder(path: string): Promise<void> {
    await mkdir(this.#path(path), { recursive: true });
    await handOver(this.#path(path));
  }

  async #write(path: string, text: string): Promise<void> {
    await mkdir(dirname(this.#path(path)), { recursive: true });
    await writeFile(this.#path(path), text, { mode: 0o440 });
    await handOver(this.#path(path));
  }
}

async function handOver(path: string): Promise<void> {
  if (STRANGER.uid !== undefined) await chown(path, STRANGER.uid, STRANGER.gid);
}
