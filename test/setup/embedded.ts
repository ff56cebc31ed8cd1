import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOrphans, isRunning, readRun, startOwnServers } from '@dasf-broker/deploy';
import type { BackingServices } from './backing-services.ts';

const PREFIX = 'dasf-test-servers-';

export async function startEmbedded(): Promise<BackingServices> {
  await removeLeftovers(PREFIX);
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  const servers = await startOwnServers(folder, console.log);
  return {
    natsUrl: servers.natsUrl,
    databaseUrl: servers.databaseUrl,
    async [Symbol.asyncDispose]() {
      await servers[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A run that was killed could not end its servers; their folders begin so. */
export async function removeLeftovers(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), name);
    const run = readRun(folder);
    if (run === undefined || isRunning(run.starter)) continue; // starting, or another run's
    await endOrphans(run, console.log);
    await rm(folder, { recursive: true, force: true });
  }
}
