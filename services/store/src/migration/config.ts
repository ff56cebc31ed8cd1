import { type Environment, logOptions, logSpecs, natsLogin, readSettings } from '@dasf-broker/config';
import type { LogOptions } from '@dasf-broker/log';
import type { NatsLogin } from '@dasf-broker/nats';
import type { DatabaseRoles } from '@dasf-broker/readmodel';
import { migrationDatabaseUrl, migrationSpecs } from '../config.ts';

export interface MigrationConfig {
  readonly databaseUrl: string;
  /** Users of the database that get rights; none where all services are the one that migrates. */
  readonly roles: DatabaseRoles;
  readonly natsUrl: string;
  readonly natsLogin: NatsLogin;
  readonly log: LogOptions;
}

/** @throws {ConfigError} */
export function readMigrationConfig(env: Environment = process.env): MigrationConfig {
  const values = readSettings({ ...logSpecs, ...migrationSpecs }, env);
  const { DASF_STORE_DATABASE_ROLE: store, DASF_API_DATABASE_ROLE: api } = values;
  return {
    databaseUrl: migrationDatabaseUrl(env),
    roles: { ...(store === undefined ? {} : { store }), ...(api === undefined ? {} : { api }) },
    natsUrl: values.DASF_NATS_URL,
    natsLogin: natsLogin(values),
    log: logOptions(values),
  };
}
