import { join } from 'node:path';
import { type Addresses, addressesOf } from './addresses.ts';
import { openDataFolder } from './data-folder.ts';
import { Family } from './family.ts';
import { endOrphans } from './orphans.ts';
import { assertListenable } from './ports.ts';
import { RunFile, readRun } from './run-file.ts';
import { keptSecret } from './secrets.ts';
import { startServers } from './servers.ts';
import { logSettingsOf, type Servers, type ServiceName, serviceEnvironment } from './service/environment.ts';
import { migrate } from './service/migrate.ts';
import { servicePlan } from './service/plan.ts';
import type { StackSettings } from './settings.ts';
import { removeStackFile, writeStackFile } from './stack-file.ts';
import { lockDataFolder } from './starter-lock.ts';

export interface StackOverrides {
  readonly say: (line: string) => void;
  /** What Node runs for each service. */
  readonly scripts: Readonly<Record<ServiceName | 'migrate', string>>;
  /** Aborted: stop starting. */
  readonly signal: AbortSignal;
  /** Aborted: end the children without asking. */
  readonly force: AbortSignal;
}

export interface Stack extends AsyncDisposable {
  readonly addresses: Addresses;
  /** Rejects when the stack can no longer run. */
  readonly failed: Promise<never>;
}

/** Ended in this order, after the log and the database were started: the edge first, so that no client waits. */
const SERVICES: readonly ServiceName[] = ['edge', 'api', 'store'];

/** Starts everything on one data folder; disposing ends it, in order. */
export async function startStack(settings: StackSettings, overrides: StackOverrides): Promise<Stack> {
  const { dataDir } = settings;
  const { say, signal, force } = overrides;
  await using opening = new AsyncDisposableStack();
  const run = await takeOver(settings, opening, say);
  const family = new Family(join(dataDir, 'log'), run, opening, say);
  signal.addEventListener('abort', () => run.markStopping(), { once: true });
  force.addEventListener('abort', () => family.killAll(), { once: true });

  const aborted = rejectionOf(signal);
  const orEnd = <T>(work: Promise<T>): Promise<T> => Promise.race([work, family.failed, aborted]);
  const servers: Servers = {
    ...(await orEnd(startServers(settings, family, overrides))),
    tokenSecretFile: join(dataDir, 'token-secret'),
  };
  keptSecret(servers.tokenSecretFile);
  await orEnd(startServices(settings, servers, family, overrides));

  const addresses = addressesOf(settings);
  const { nats, databaseUrls, tokenSecretFile } = servers;
  const startedAt = new Date().toISOString();
  const publish = (pids: Record<string, number>) =>
    writeStackFile(dataDir, {
      ...addresses,
      natsUrl: nats.url,
      ...(nats.monitoringUrl ? { natsMonitoringUrl: nats.monitoringUrl } : {}),
      ...(nats.seedFiles
        ? { natsSeedFile: nats.seedFiles.store, natsOperatorSeedFile: nats.seedFiles.operator }
        : {}),
      databaseUrl: databaseUrls.migrator,
      logSettings: logSettingsOf(settings.env),
      tokenSecretFile,
      pid: process.pid,
      pids,
      startedAt,
    });
  publish(family.pids);
  family.onLaunch = publish;
  opening.defer(() => {
    family.onLaunch = undefined;
    removeStackFile(dataDir);
  });
  const closing = opening.move();
  return { addresses, failed: family.failed, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

/** Makes the data folder ours alone and clean: no other starter, nothing left of a killed one, ports free. */
async function takeOver(
  settings: StackSettings,
  opening: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<RunFile> {
  const { dataDir, host } = settings;
  openDataFolder(dataDir);
  opening.use(await lockDataFolder(dataDir, say));
  const left = readRun(dataDir);
  if (left) await endOrphans(left, say);
  removeStackFile(dataDir);
  await assertListenable(host, settings.edgePort, 'DASF_EDGE_PORT');
  await assertListenable(host, settings.apiPort, 'DASF_API_PORT');
  const run = new RunFile(dataDir);
  opening.defer(() => run.delete());
  return run;
}

async function startServices(
  settings: StackSettings,
  servers: Servers,
  family: Family,
  { scripts, say, signal }: StackOverrides,
): Promise<void> {
  await migrate(
    {
      script: scripts.migrate,
      env: serviceEnvironment('migrate', settings, servers),
      log: family.openLog('migrate'),
      signal,
      givenUrl: settings.databaseUrl,
    },
    family.events,
  );
  say('Starting edge, store and api …');
  const services = SERVICES.toReversed().map((name) =>
    family.start(
      servicePlan({ name, script: scripts[name], env: serviceEnvironment(name, settings, servers) }),
    ),
  );
  await Promise.all(services.map((service) => service.ready));
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}
