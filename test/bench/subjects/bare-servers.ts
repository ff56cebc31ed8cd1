import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRun, startOwnServers } from '@dasf-broker/deploy';
import { removeLeftovers } from '../../setup/embedded.ts';

const PREFIX = 'dasf-bench-';

/** A log and a database as the broker has them, for what is measured without it. */
export interface BareServers extends AsyncDisposable {
  readonly natsUrl: string;
  /** Of a superuser. */
  readonly databaseUrl: string;
  pids(): Readonly<Record<string, number>>;
}

export async function startBareServers(): Promise<BareServers> {
  await removeLeftovers(PREFIX);
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await mkdtempDisposable(join(tmpdir(), PREFIX)));
  const servers = opening.use(await startOwnServers(folder.path, () => {}));
  const closing = opening.move();
  return {
    natsUrl: servers.natsUrl,
    databaseUrl: servers.databaseUrl,
    pids: () =>
      Object.fromEntries((readRun(folder.path)?.children ?? []).map(({ name, pid }) => [name, pid])),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
