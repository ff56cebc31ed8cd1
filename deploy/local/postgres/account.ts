import { statSync } from 'node:fs';
import { runTool } from '../run-tool.ts';
import { StartFault } from '../start-fault.ts';

/** The user and group that PostgreSQL runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. Started by root it runs as the user that owns the data already, else as
 * `postgres` where the machine has it, else as `nobody`, which every machine has: making a user is not ours to do.
 * Undefined means: as whoever starts it.
 */
export async function accountFor(dataFolder: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(dataFolder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await accountNamed('postgres')) ?? (await accountNamed('nobody'));
  if (account) return account;
  throw new StartFault(
    'PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody: start as another user, or set DASF_DATABASE_URL to a PostgreSQL that runs.',
  );
}

async function accountNamed(name: string): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([runTool('id', ['-u', name]), runTool('id', ['-g', name])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
