import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { StartFault } from './start-fault.ts';

export interface StackSettings {
  readonly dataDir: string;
  readonly host: string;
  readonly edgePort: number;
  readonly apiPort: number;
  /** Servers that run already; those that are not given are started. */
  readonly natsUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  /** What the caller set goes to the services too. */
  readonly env: NodeJS.ProcessEnv;
}

export function readSettings(env: NodeJS.ProcessEnv, projectRoot: string): StackSettings {
  const edgePort = port(env, 'DASF_EDGE_PORT', 8080);
  const apiPort = port(env, 'DASF_API_PORT', 8081);
  if (edgePort === apiPort) {
    throw new StartFault(`DASF_EDGE_PORT and DASF_API_PORT are both ${edgePort}, but they must differ.`);
  }
  return {
    dataDir: resolve(projectRoot, env['DASF_DATA_DIR'] || '.dasf'),
    host: env['DASF_HOST'] || '127.0.0.1',
    edgePort,
    apiPort,
    natsUrl: valueOrFile(env, 'DASF_NATS_URL'),
    databaseUrl: valueOrFile(env, 'DASF_DATABASE_URL'),
    env,
  };
}

/** As the services do: what may hold a password may stand in a file. */
function valueOrFile(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const { [name]: value, [`${name}_FILE`]: path } = env;
  if (!path) return value || undefined;
  if (value) throw new StartFault(`${name} and ${name}_FILE are both set: leave one of them out.`);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new StartFault(`${name}_FILE cannot be read (${(error as Error).message}).`);
  }
}

function port(env: NodeJS.ProcessEnv, name: string, preset: number): number {
  const value = env[name];
  if (value === undefined || value === '') return preset;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new StartFault(`${name} is "${value}", but it takes a port number from 1 to 65535.`);
  }
  return number;
}
