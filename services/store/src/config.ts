import {
  databaseSpecs,
  duration,
  type Environment,
  logSpecs,
  readSettings,
  telemetrySpecs,
  withDefault,
} from '@dasf-broker/config';
import type { LogOptions } from '@dasf-broker/log';

export interface StoreConfig {
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly log: LogOptions;
  readonly logLevel: string;
}

const SPECS = {
  ...logSpecs,
  ...databaseSpecs,
  ...telemetrySpecs,
  /** PUB-8 */
  DASF_DEDUP_WINDOW: withDefault(duration({ min: 1000 }), 600_000),
};

/** @throws {ConfigError} */
export function readStoreConfig(env: Environment = process.env): StoreConfig {
  const values = readSettings(SPECS, env);
  return {
    natsUrl: values.DASF_NATS_URL,
    databaseUrl: values.DASF_DATABASE_URL,
    log: {
      namespace: values.DASF_NAMESPACE,
      partitions: values.DASF_LOG_PARTITIONS,
      replicas: values.DASF_LOG_REPLICAS,
      dedupWindow: values.DASF_DEDUP_WINDOW,
    },
    logLevel: values.DASF_LOG_LEVEL,
  };
}
