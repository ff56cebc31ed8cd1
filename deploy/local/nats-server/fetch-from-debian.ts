import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { debianArchive, unpackPackages } from '../debian-archive.ts';
import type { Say } from './find.ts';

const SUITE = 'sid'; // the stable releases carry versions that lose messages

/**
 * Unpacks nats-server from the Debian archive that this machine is set up to use, signed by Debian's keys, without
 * being root and without installing anything: apt gets lists and a cache of its own.
 */
export async function fetchFromDebian(
  folder: string,
  say: Say,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const archive = await debianArchive();
  if (archive === undefined) return undefined;
  say('Fetching nats-server from the Debian archive …');
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'fetch-'));
  try {
    const wanted = { archive, suite: SUITE, names: ['nats-server'] };
    const failure = await unpackPackages(wanted, work, signal);
    if (failure !== undefined) {
      say(`The Debian archive did not give a nats-server: ${failure}`);
      return undefined;
    }
    const path = join(folder, 'nats-server');
    await copyFile(join(work, 'unpacked/usr/sbin/nats-server'), join(work, 'nats-server'));
    await rename(join(work, 'nats-server'), path);
    return path;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
