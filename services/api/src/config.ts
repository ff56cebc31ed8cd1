import { type AccessSettings, accessSettings, accessSpecs } from '@dasf-broker/access';
import {
  about,
  databaseSpecs,
  duration,
  type Environment,
  integer,
  internalAddress,
  logOptions,
  logSpecs,
  natsLogin,
  optional,
  port,
  proxySpecs,
  readSettings,
  telemetrySpecs,
  text,
  traceSettings,
  url,
  withDefault,
} from '@dasf-broker/config';
import type { LogOptions } from '@dasf-broker/log';
import type { NatsLogin } from '@dasf-broker/nats';
import type { InternalAddress, TraceSettings } from '@dasf-broker/telemetry';

export const apiSpecs = {
  ...logSpecs,
  ...databaseSpecs,
  ...telemetrySpecs,
  ...accessSpecs,
  ...proxySpecs,
  DASF_API_HOST: about('The address that the api listens on.', withDefault(text(), '127.0.0.1')),
  DASF_API_PORT: about('The port that the api listens on.', withDefault(port(), 8081)),
  DASF_API_INTERNAL_HOST: about(
    "The address of the api's health and metrics.",
    withDefault(text(), '127.0.0.1'),
  ),
  DASF_API_INTERNAL_PORT: about(
    "The port of the api's health and metrics (docs/metrics.md); none unless set.",
    optional(port()),
  ),
  DASF_API_ROUTE: about(
    'Where the addresses of status and ping begin; `/` for the root.',
    withDefault(
      text({ pattern: /^\/?(?:[-\w.~]+\/)*[-\w.~]*$/, takes: 'a path such as dasf-broker-django/' }),
      'dasf-broker-django/',
    ),
  ),
  DASF_MAX_TICKETS_PER_USER: about(
    'Tickets that a user may hold; each ends after 30 s.',
    withDefault(integer({ min: 1 }), 100),
  ),
  DASF_WEBSOCKET_URL: about(
    'Where clients reach the edges, such as wss://broker.example.org/ws/: for what operators are shown of a topic.',
    optional(url(['ws', 'wss'])),
  ),
  DASF_PING_WAIT: about(
    'How long a ping by request waits for its pong.',
    withDefault(duration({ max: 30_000 }), 3000),
  ),
};

/** What the service needs to know; durations in milliseconds. */
export interface ApiConfig {
  readonly logLevel: string;
  /** Where spans go, if anywhere. */
  readonly traces?: TraceSettings | undefined;
  readonly natsUrl: string;
  /** Where the address does not say who this is. */
  readonly natsLogin?: NatsLogin;
  readonly log: LogOptions;
  readonly databaseUrl: string;
  readonly access: AccessSettings;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Where health and metrics are, if anywhere. */
  readonly internal?: InternalAddress | undefined;
  /** Without slashes at its ends; empty for the root. */
  readonly route: string;
  readonly trustedProxies: readonly string[];
  readonly maxTicketsPerUser: number;
  /** Where clients reach the edges, as far as operators have said; ends with a slash. */
  readonly websocketUrl?: string | undefined;
  readonly pingWait: number;
}

/**
 * @throws {ConfigError} with every fault of the environment
 */
export function readApiConfig(env: Environment = process.env): ApiConfig {
  const values = readSettings(apiSpecs, env);
  return {
    logLevel: values.DASF_LOG_LEVEL,
    traces: traceSettings(values),
    natsUrl: values.DASF_NATS_URL,
    natsLogin: natsLogin(values),
    log: logOptions(values),
    databaseUrl: values.DASF_DATABASE_URL,
    access: accessSettings(values),
    host: values.DASF_API_HOST,
    port: values.DASF_API_PORT,
    internal: internalAddress(values.DASF_API_INTERNAL_HOST, values.DASF_API_INTERNAL_PORT),
    route: values.DASF_API_ROUTE.replace(/^\/+|\/+$/g, ''),
    trustedProxies: values.DASF_TRUSTED_PROXIES,
    maxTicketsPerUser: values.DASF_MAX_TICKETS_PER_USER,
    websocketUrl: values.DASF_WEBSOCKET_URL?.replace(/\/*$/, '/'),
    pingWait: values.DASF_PING_WAIT,
  };
}
