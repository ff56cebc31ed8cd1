import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildPlan, natsConfiguration, natsPlan } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';
import { ManagedProcess } from './managed-process.ts';

export interface LogServerOptions {
  readonly binary: string;
  readonly name: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly maxFileStore: number;
  /** Makes another configuration of the one that is shipped. */
  readonly changed?: (configuration: string) => string;
}

const ALWAYS = 'sync_interval: always';

/** The negative control: what nats-server does unless it is told otherwise. */
export function withoutSync(configuration: string): string {
  if (!configuration.includes(ALWAYS)) throw new Error('the shipped configuration does not sync always');
  return configuration.replace(ALWAYS, 'sync_interval: "2m"');
}

/** A nats-server with the configuration that is shipped. */
export class LogServer extends ManagedProcess {
  readonly port: number;

  private constructor(name: string, plan: ChildPlan, logPath: string, port: number) {
    super(name, plan, logPath);
    this.port = port;
  }

  static async create(options: LogServerOptions): Promise<LogServer> {
    const { binary, name, dataDir, maxFileStore, changed = (text) => text } = options;
    mkdirSync(dataDir, { recursive: true });
    const addresses = { dataDir, port: await freePort(), monitorPort: await freePort() };
    const configPath = join(options.logDir, `${name}.conf`);
    writeFileSync(configPath, changed(natsConfiguration(addresses, maxFileStore)));
    const launch = () =>
      spawn(binary, ['--config', configPath], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const plan = { ...natsPlan({ binary, ...addresses }), launch };
    return new LogServer(name, plan, join(options.logDir, `${name}.log`), addresses.port);
  }
}
