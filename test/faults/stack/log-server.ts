import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildPlan, natsConfiguration, natsPlan, pollUntil } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';
import { ManagedProcess } from './managed-process.ts';
import type { NatsProgram } from './nats-program.ts';
import type { NetworkHost } from './network.ts';

export interface LogServerOptions {
  readonly program: NatsProgram;
  readonly name: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly maxFileStore: number;
  /** Makes another configuration of the one that is shipped. */
  readonly changed?: (configuration: string) => string;
}

const ALWAYS = 'sync_interval: always';
const CLIENT_PORT = 4222;
const MONITOR_PORT = 8222;
const ROUTE_PORT = 6222;
const ANSWER_WITHIN_MS = 2000;
const READY_WITHIN_MS = 60_000;

/** The negative control: what nats-server does unless it is told otherwise. */
export function withoutSync(configuration: string): string {
  if (!configuration.includes(ALWAYS)) throw new Error('the shipped configuration does not sync always');
  return configuration.replace(ALWAYS, 'sync_interval: "2m"');
}

/** A nats-server with the configuration that is shipped. */
export async function logServer(options: LogServerOptions): Promise<ManagedProcess> {
  const { program, name, dataDir, maxFileStore, changed = (text) => text } = options;
  mkdirSync(dataDir, { recursive: true });
  const addresses = { dataDir, port: await freePort(), monitorPort: await freePort() };
  const configPath = join(options.logDir, `${name}.conf`);
  writeFileSync(configPath, changed(natsConfiguration(addresses, maxFileStore)));
  const launch = () =>
    spawn(program.path, ['--config', configPath], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  return new ManagedProcess(
    name,
    { ...natsPlan({ binary: program.path, ...addresses }), launch },
    join(options.logDir, `${name}.log`),
  );
}

/** One of several that keep copies of the log, each on a host of its own. */
export function clusteredLogServer(
  options: LogServerOptions,
  host: NetworkHost,
  hosts: readonly NetworkHost[],
): ManagedProcess {
  const { program, name, dataDir, logDir, maxFileStore } = options;
  mkdirSync(dataDir, { recursive: true });
  const configPath = join(logDir, `${name}.conf`);
  const shipped = natsConfiguration({ dataDir, port: CLIENT_PORT, monitorPort: MONITOR_PORT }, maxFileStore);
  const routes = hosts.map(({ address }) => `nats-route://${address}:${ROUTE_PORT}`).join(', ');
  writeFileSync(
    configPath,
    `${shipped.replaceAll('127.0.0.1', host.address).replace('server_name: dasf-broker', `server_name: ${name}`)}
cluster { name: dasf, listen: "${host.address}:${ROUTE_PORT}", no_advertise: true, routes: [${routes}] }
`,
  );
  // Not `ip netns exec`: that keeps file systems mounted which others have unmounted meanwhile.
  const enter = `--net=/run/netns/${host.namespace}`;
  const plan: ChildPlan = {
    ...natsPlan({ binary: program.path, dataDir, port: CLIENT_PORT, monitorPort: MONITOR_PORT }),
    launch: () =>
      spawn('nsenter', [enter, program.path, '--config', configPath], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    async untilReady(_child, signal) {
      await pollUntil(() => isHealthy(host.address), READY_WITHIN_MS, signal);
      return `nats://${host.address}:${CLIENT_PORT}`;
    },
  };
  return new ManagedProcess(name, plan, join(logDir, `${name}.log`));
}

async function isHealthy(address: string): Promise<boolean> {
  try {
    const url = `http://${address}:${MONITOR_PORT}/healthz`;
    return (await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })).ok;
  } catch {
    return false;
  }
}
