import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { runTool } from '../run-tool.ts';
import { keptSecret } from '../secrets.ts';
import { StartFault } from '../start-fault.ts';
import type { Binaries } from './binaries.ts';
import { giveTo, nameFor, type Place } from './place.ts';

export const SUPERUSER = 'dasf';

/** Makes the database cluster where there is none yet; returns the password of its superuser. */
export async function initialise(place: Place, binaries: Binaries): Promise<string> {
  const password = keptSecret(place.passwordFile);
  giveTo(place.account, place.passwordFile);
  if (existsSync(place.data)) return password;
  // Under another name until it is whole: a start that is cut short must not leave half a cluster.
  const fresh = `${place.data}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  giveTo(place.account, fresh);
  const { code, stdout, stderr } = await runTool(
    binaries.initdb,
    [
      `--pgdata=${nameFor(fresh, place.account)}`,
      `--username=${SUPERUSER}`,
      '--pwfile=../password',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Sorts alike on all machines.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    { cwd: fresh, env: { ...process.env, LC_ALL: 'C' }, ...place.account },
  );
  if (code !== 0) {
    throw new StartFault(
      `PostgreSQL could not make its files in ${place.folder}: ${(stderr || stdout).trim()}`,
    );
  }
  await rename(fresh, place.data);
  return password;
}
