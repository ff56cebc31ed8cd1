import { logSpecs } from '@dasf-broker/config';
import type { StackSettings } from '../settings.ts';

export interface Servers {
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly tokenSecretFile: string;
}

export type ServiceName = 'edge' | 'store' | 'api';

/** What is the starter's own, or only for some services: a service tells of settings that it does not know. */
const NOT_PASSED_ON = new Set([
  'DASF_API_HOST',
  'DASF_API_PORT',
  'DASF_BOOTSTRAP_PID',
  'DASF_DATABASE_URL',
  'DASF_DATABASE_URL_FILE',
  'DASF_DATA_DIR',
  'DASF_EDGE_HOST',
  'DASF_EDGE_PORT',
  'DASF_HOST',
  'DASF_NATS_URL_FILE',
]);

/** What of the caller's says which log there is, but for its address: commands must know it as the services do. */
export function logSettingsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = Object.keys(logSpecs).filter((name) => name !== 'DASF_NATS_URL');
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** The environment of a service: the caller's, with what it needs to know and without what is not its business. */
export function serviceEnvironment(
  name: ServiceName,
  settings: StackSettings,
  servers: Servers,
): NodeJS.ProcessEnv {
  const caller = Object.fromEntries(Object.entries(settings.env).filter(([key]) => !NOT_PASSED_ON.has(key)));
  const env = { ...caller, DASF_NATS_URL: servers.natsUrl };
  const database = { DASF_DATABASE_URL: servers.databaseUrl };
  const tokens = { DASF_JWT_SECRET_FILE: servers.tokenSecretFile };
  switch (name) {
    case 'edge':
      return { ...env, ...tokens, DASF_EDGE_HOST: settings.host, DASF_EDGE_PORT: String(settings.edgePort) };
    case 'store':
      return { ...env, ...database };
    case 'api':
      return {
        ...env,
        ...database,
        ...tokens,
        DASF_API_HOST: settings.host,
        DASF_API_PORT: String(settings.apiPort),
      };
  }
}
