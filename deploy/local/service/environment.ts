import { logSpecs, natsSpecs, retentionSpecs } from '@dasf-broker/config';
import type { Service } from '@dasf-broker/rights';
import { type Role, roleName } from '../postgres/roles.ts';
import type { DatabaseUrls, NatsPlace } from '../servers.ts';
import type { StackSettings } from '../settings.ts';

export interface Servers {
  readonly nats: NatsPlace;
  readonly databaseUrls: DatabaseUrls;
  readonly tokenSecretFile: string;
}

export type ServiceName = 'edge' | 'store' | 'api';

/** What runs as a process of its own: the services, and before them the migration. */
export type ProcessName = ServiceName | 'migrate';

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

/** What of the caller's commands must know as the services do: which log there is, but for the way in; how long what is kept. */
export function logSettingsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = Object.keys({ ...logSpecs, ...retentionSpecs }).filter((name) => !(name in natsSpecs));
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** The environment of a process: the caller's, with what it needs to know and without what is not its business. */
export function serviceEnvironment(
  name: ProcessName,
  settings: StackSettings,
  servers: Servers,
): NodeJS.ProcessEnv {
  const env = { ...callerEnvironment(settings, servers), ...natsEnvironment(name, servers.nats) };
  const tokens = { DASF_JWT_SECRET_FILE: servers.tokenSecretFile };
  switch (name) {
    case 'edge':
      return { ...env, ...tokens, DASF_EDGE_HOST: settings.host, DASF_EDGE_PORT: String(settings.edgePort) };
    case 'store':
      return { ...env, DASF_DATABASE_URL: servers.databaseUrls.store };
    case 'api':
      return {
        ...env,
        ...tokens,
        DASF_DATABASE_URL: servers.databaseUrls.api,
        DASF_API_HOST: settings.host,
        DASF_API_PORT: String(settings.apiPort),
      };
    case 'migrate':
      return { ...env, DASF_DATABASE_URL: servers.databaseUrls.migrator, ...rolesOf(servers.databaseUrls) };
  }
}

function callerEnvironment({ env }: StackSettings, { nats }: Servers): NodeJS.ProcessEnv {
  // A server of our own knows its own users and no others.
  const isForeign = (key: string) => nats.seedFiles !== undefined && key.startsWith('DASF_NATS_');
  return Object.fromEntries(
    Object.entries(env).filter(([key]) => !NOT_PASSED_ON.has(key) && !isForeign(key)),
  );
}

function natsEnvironment(name: ProcessName, { url, seedFiles }: NatsPlace): NodeJS.ProcessEnv {
  const service: Service = name === 'migrate' ? 'operator' : name;
  return {
    DASF_NATS_URL: url,
    ...(seedFiles ? { DASF_NATS_NKEY_SEED_FILE: seedFiles[service] } : {}),
  };
}

/** Where all are one user, there is nothing to grant. */
function rolesOf({ migrator, store, api }: DatabaseUrls): NodeJS.ProcessEnv {
  const granted = (role: Role, url: string) => (url === migrator ? undefined : roleName(role));
  const roles = {
    DASF_STORE_DATABASE_ROLE: granted('store', store),
    DASF_API_DATABASE_ROLE: granted('api', api),
  };
  return Object.fromEntries(Object.entries(roles).filter(([, role]) => role !== undefined));
}
