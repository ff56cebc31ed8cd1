import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { findNatsServer } from '@dasf-broker/deploy';

/** What a run was made on and with. */
export interface Machine {
  readonly processors: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly disk: string;
  readonly node: string;
  readonly nats: string;
  readonly broker: string;
}

const root = join(import.meta.dirname, '../../..');

export async function describeMachine(dataDir: string): Promise<Machine> {
  const all = cpus();
  const nats = await findNatsServer(process.env, () => {});
  return {
    processors: `${all.length} × ${all[0]?.model.trim() || process.arch}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()}`,
    disk: fileSystemOf(dataDir),
    node: process.versions.node,
    nats: nats.version.join('.'),
    broker: commit(),
  };
}

/** The type of file system on which the log lies. */
function fileSystemOf(folder: string): string {
  const mounts = readFileSync('/proc/mounts', 'utf8').trim().split('\n');
  const fitting = mounts
    .map((line) => line.split(' '))
    .filter(([, place = '']) => `${folder}/`.startsWith(place === '/' ? '/' : `${place}/`));
  const [found] = fitting.toSorted(([, one = ''], [, other = '']) => other.length - one.length);
  return found?.[2] ?? 'unknown';
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    return git('describe', '--always', '--dirty', '--abbrev=12');
  } catch {
    return 'unknown';
  }
}
