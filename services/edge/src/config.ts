import { type AccessSettings, accessSettings, accessSpecs } from '@dasf-broker/access';
import {
  about,
  bool,
  bytes,
  defaultRetentions,
  duration,
  type Environment,
  internalAddress,
  logOptions,
  logSpecs,
  natsLogin,
  optional,
  port,
  proxySpecs,
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
import { type Limits, limitSettings, limitSpecs } from './limits/settings.ts';

const MEBIBYTE = 1024 * 1024;
/** Frames up to this are read and answered (FRM-3). */
export const LARGEST_READ_FRAME_BYTES = 64 * MEBIBYTE;

export const edgeSpecs = {
  ...logSpecs,
  ...accessSpecs,
  ...retentionSpecs,
  ...telemetrySpecs,
  ...proxySpecs,
  ...limitSpecs,
  DASF_EDGE_HOST: about('The address that the edge listens on.', withDefault(text(), '127.0.0.1')),
  DASF_EDGE_PORT: about('The port that the edge listens on.', withDefault(port(), 8080)),
  DASF_EDGE_INTERNAL_HOST: about(
    "The address of the edge's health and metrics.",
    withDefault(text(), '127.0.0.1'),
  ),
  DASF_EDGE_INTERNAL_PORT: about(
    "The port of the edge's health and metrics (docs/metrics.md); none unless set.",
    optional(port()),
  ),
  DASF_WEBSOCKET_URL_ROUTE: about(
    'Where websocket addresses begin.',
    withDefault(text({ pattern: /^[^?#]*$/, takes: 'a path such as ws/, or nothing' }), 'ws/'),
  ),
  DASF_CREATE_TOPIC_ON_MESSAGE: about(
    'Whether a message to an unknown topic makes it, where its user holds `add_brokertopic`.',
    withDefault(bool(), true),
  ),
  DASF_MAX_FRAME_BYTES: about(
    'The largest frame that is taken.',
    withDefault(bytes({ min: 1024, max: LARGEST_READ_FRAME_BYTES }), 16 * MEBIBYTE),
  ),
  DASF_CONSUMER_BUFFER_BYTES: about(
    'What one consumer may have unread; beyond it, it catches up from the log.',
    withDefault(bytes({ min: 1024 }), 4 * MEBIBYTE),
  ),
  DASF_FRAME_READ_BYTES: about(
    'What is held of large frames that are being read for consumers; a larger one is read alone.',
    withDefault(bytes({ min: MEBIBYTE }), 64 * MEBIBYTE),
  ),
  DASF_PUBLISH_DEADLINE: about(
    'After this a frame is answered with an error, whatever became of it.',
    withDefault(duration({ min: 100 }), 5000),
  ),
  DASF_PING_INTERVAL: about('How often a websocket is pinged.', withDefault(duration({ min: 100 }), 25_000)),
  DASF_PONG_TIMEOUT: about(
    'How long a peer may be silent before its connection is ended.',
    withDefault(duration({ min: 100 }), 90_000),
  ),
  DASF_DRAIN_TIMEOUT: about(
    'How long a stopping edge waits for answers that are under way.',
    withDefault(duration(), 10_000),
  ),
};

export interface EdgeConfig {
  readonly natsUrl: string;
  /** Where the address does not say who this is. */
  readonly natsLogin?: NatsLogin;
  readonly log: LogOptions;
  readonly logLevel: string;
  /** Where spans go, if anywhere. */
  readonly traces?: TraceSettings | undefined;
  readonly access: AccessSettings;
  readonly host: string;
  readonly port: number;
  /** Where health and metrics are, if anywhere. */
  readonly internal?: InternalAddress | undefined;
  readonly route: string;
  readonly createTopicOnMessage: boolean;
  /** Rules for topics that have none of their own. */
  readonly retentions: { readonly source: Retention; readonly response: Retention };
  readonly maxFrameBytes: number;
  readonly consumerBufferBytes: number;
  readonly frameReadBytes: number;
  /** Proxies that are believed whom they speak for. */
  readonly trustedProxies: readonly string[];
  readonly limits: Limits;
  /** Milliseconds, as all below. */
  readonly publishDeadline: number;
  readonly pingInterval: number;
  readonly pongTimeout: number;
  readonly drainTimeout: number;
}

/**
 * @throws {ConfigError} naming every variable that is wrong
 */
export function readEdgeConfig(env: Environment): EdgeConfig {
  const values = readSettings(edgeSpecs, env);
  return {
    natsUrl: values.DASF_NATS_URL,
    natsLogin: natsLogin(values),
    log: logOptions(values),
    logLevel: values.DASF_LOG_LEVEL,
    traces: traceSettings(values),
    access: accessSettings(values),
    host: values.DASF_EDGE_HOST,
    port: values.DASF_EDGE_PORT,
    internal: internalAddress(values.DASF_EDGE_INTERNAL_HOST, values.DASF_EDGE_INTERNAL_PORT),
    route: values.DASF_WEBSOCKET_URL_ROUTE,
    createTopicOnMessage: values.DASF_CREATE_TOPIC_ON_MESSAGE,
    retentions: defaultRetentions(values),
    maxFrameBytes: values.DASF_MAX_FRAME_BYTES,
    consumerBufferBytes: values.DASF_CONSUMER_BUFFER_BYTES,
    frameReadBytes: values.DASF_FRAME_READ_BYTES,
    trustedProxies: values.DASF_TRUSTED_PROXIES,
    limits: limitSettings(values),
    publishDeadline: values.DASF_PUBLISH_DEADLINE,
    pingInterval: values.DASF_PING_INTERVAL,
    pongTimeout: values.DASF_PONG_TIMEOUT,
    drainTimeout: values.DASF_DRAIN_TIMEOUT,
  };
}
