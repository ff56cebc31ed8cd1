import {
  about,
  bytes,
  databaseSpecs,
  defaultRetentions,
  duration,
  type Environment,
  internalAddress,
  logOptions,
  logSpecs,
  natsLogin,
  optional,
  port,
  readSettings,
  retentionSpecs,
  telemetrySpecs,
  text,
  traceSettings,
  withDefault,
} from '@dasf-broker/config';
import type { LogOptions } from '@dasf-broker/log';
import type { NatsLogin } from '@dasf-broker/nats';
import type { Retention } from '@dasf-broker/protocol';
import type { InternalAddress, TraceSettings } from '@dasf-broker/telemetry';

/** How long what is kept; in milliseconds. */
export interface KeepingRules {
  /** The rule of response topics that have none of their own. */
  readonly responseRetention: Retention;
  /** GC-1: how long nobody may have used a response topic before it is removed. */
  readonly responseTopicIdle: number;
  /** GC-3, GC-4 */
  readonly requestRetention: number;
  /** Protocol section 8; `undefined`: for ever. */
  readonly messageMaxAge: number | undefined;
  /** How long it is known what operators did; 0: for ever. */
  readonly auditRetention: number;
  /** What a user's messages may take that are kept until they are acknowledged. */
  readonly maxOutstandingBytesPerUser: number;
  /** How long the log keeps what is folded: longer than from one backup of the database to the next. */
  readonly logRetention: number;
  /** How long it keeps what comes after the newest backup, where that is longer. */
  readonly backupRetention: number;
}

export interface StoreConfig {
  readonly natsUrl: string;
  /** Where the address does not say who this is. */
  readonly natsLogin?: NatsLogin;
  readonly databaseUrl: string;
  readonly log: LogOptions;
  readonly keeping: KeepingRules;
  readonly logLevel: string;
  /** Where spans go, if anywhere. */
  readonly traces?: TraceSettings | undefined;
  /** Where health and metrics are, if anywhere. */
  readonly internal?: InternalAddress | undefined;
}

export const storeSpecs = {
  ...logSpecs,
  ...databaseSpecs,
  ...retentionSpecs,
  ...telemetrySpecs,
  DASF_STORE_INTERNAL_HOST: about(
    "The address of the store's health and metrics.",
    withDefault(text(), '127.0.0.1'),
  ),
  DASF_STORE_INTERNAL_PORT: about(
    "The port of the store's health and metrics (docs/metrics.md); none unless set.",
    optional(port()),
  ),
  DASF_RESPONSE_TOPIC_IDLE: about(
    'How long nobody may have used a response topic before it is removed.',
    withDefault(duration({ min: 1000 }), 600_000),
  ),
  DASF_REQUEST_RETENTION: about(
    'How long a request may wait for its answer; a response topic without a consumer goes after that, with its messages.',
    withDefault(duration({ min: 1000 }), 86_400_000),
  ),
  DASF_MESSAGE_MAX_AGE: about(
    'How long a message is kept that nobody acknowledges (`cache`, `cacheall`); for ever unless set.',
    optional(duration({ min: 1000 })),
  ),
  DASF_AUDIT_RETENTION: about(
    'How long it is kept what operators did (`dasf audit`); 0s keeps it for ever.',
    withDefault(duration(), 365 * 86_400_000),
  ),
  DASF_MAX_OUTSTANDING_BYTES_PER_USER: about(
    'What may be outstanding (`cache`, `cacheall`) of what one user published, and of answers to him; with more, edges refuse others.',
    withDefault(bytes({ min: 1024 }), 10 * 1024 ** 3),
  ),
  DASF_LOG_RETENTION: about(
    'How long the log keeps what is in the database: longer than from one backup of the database to the next.',
    withDefault(duration({ min: 1000 }), 86_400_000),
  ),
  DASF_BACKUP_RETENTION: about(
    'How long the log keeps what came after the newest backup, where that is longer.',
    withDefault(duration({ min: 0 }), 7 * 86_400_000),
  ),
};

/** Where log and database are, which is all that a command needs to know. */
export type CommandConfig = Pick<StoreConfig, 'natsUrl' | 'natsLogin' | 'databaseUrl' | 'log'>;

const role = text({ pattern: /^[A-Za-z_][\w$-]{0,62}$/, takes: 'the name of a PostgreSQL role' });

/** What the migration reads besides. */
export const migrationSpecs = {
  DASF_MIGRATION_DATABASE_URL: about(
    'The database as the owner of the tables: for the migration and `dasf store`; `DASF_DATABASE_URL` unless set (docs/rights.md).',
    optional(databaseSpecs.DASF_DATABASE_URL),
  ),
  DASF_STORE_DATABASE_ROLE: about(
    'The role that the migration gives the rights of a store; none unless set.',
    optional(role),
  ),
  DASF_API_DATABASE_ROLE: about(
    'The role that the migration gives the rights of an api; none unless set.',
    optional(role),
  ),
};

/**
 * Whom the tables belong to: migrations and the commands that make tables need that user.
 *
 * @throws {ConfigError}
 */
export function migrationDatabaseUrl(env: Environment): string {
  const { DASF_MIGRATION_DATABASE_URL: owner } = readSettings(migrationSpecs, env);
  return owner ?? readSettings(databaseSpecs, env).DASF_DATABASE_URL;
}

/** @throws {ConfigError} */
export function readCommandConfig(env: Environment = process.env): CommandConfig {
  const values = readSettings(logSpecs, env);
  return {
    natsUrl: values.DASF_NATS_URL,
    natsLogin: natsLogin(values),
    databaseUrl: migrationDatabaseUrl(env),
    log: logOptions(values),
  };
}

/** @throws {ConfigError} */
export function readStoreConfig(env: Environment = process.env): StoreConfig {
  const values = readSettings(storeSpecs, env);
  return {
    natsUrl: values.DASF_NATS_URL,
    natsLogin: natsLogin(values),
    databaseUrl: values.DASF_DATABASE_URL,
    log: logOptions(values),
    keeping: {
      responseRetention: defaultRetentions(values).response,
      responseTopicIdle: values.DASF_RESPONSE_TOPIC_IDLE,
      requestRetention: values.DASF_REQUEST_RETENTION,
      messageMaxAge: values.DASF_MESSAGE_MAX_AGE,
      auditRetention: values.DASF_AUDIT_RETENTION,
      maxOutstandingBytesPerUser: values.DASF_MAX_OUTSTANDING_BYTES_PER_USER,
      logRetention: values.DASF_LOG_RETENTION,
      backupRetention: values.DASF_BACKUP_RETENTION,
    },
    logLevel: values.DASF_LOG_LEVEL,
    traces: traceSettings(values),
    internal: internalAddress(values.DASF_STORE_INTERNAL_HOST, values.DASF_STORE_INTERNAL_PORT),
  };
}
