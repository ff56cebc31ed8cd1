import { isIP } from 'node:net';
import { RETENTIONS, type Retention } from '@dasf-broker/protocol';
import { optional, type Setting, type Values, withDefault } from './setting.ts';
import { choice, duration, integer, list, orFromFile, secret, text, url, urls } from './validators.ts';

/** Where the log and the registry are. Every service reads these, and all must read the same. */
export const logSpecs = {
  /** Several servers of one cluster with commas between them; may hold a password. */
  DASF_NATS_URL: withDefault(orFromFile(urls(['nats', 'tls'])), 'nats://127.0.0.1:4222'),
  /** Begins the names of streams, subjects and buckets, so that several brokers can share one server. */
  DASF_NAMESPACE: withDefault(
    text({ pattern: /^[A-Za-z0-9_-]{1,32}$/, takes: '1 to 32 letters, digits, "_" and "-"' }),
    'dasf',
  ),
  /** May grow, never shrink: a topic stays in the partition it was created in. */
  DASF_LOG_PARTITIONS: withDefault(integer({ min: 1, max: 64 }), 4),
  /** Copies of each stream; odd numbers on a cluster of at least as many servers. */
  DASF_LOG_REPLICAS: withDefault(integer({ min: 1, max: 5 }), 1),
  /** How long a client's message id suppresses a repetition (PUB-8); fixed when the log is made. */
  DASF_DEDUP_WINDOW: withDefault(duration({ min: 1000, max: 24 * 60 * 60 * 1000 }), 10 * 60 * 1000),
};

/** The same settings as the log and the registry take them; the window in milliseconds. */
export function logOptions(values: Values<typeof logSpecs>) {
  return {
    namespace: values.DASF_NAMESPACE,
    partitions: values.DASF_LOG_PARTITIONS,
    replicas: values.DASF_LOG_REPLICAS,
    dedupWindow: values.DASF_DEDUP_WINDOW,
  };
}

export const databaseSpecs = {
  /** Holds a password. */
  DASF_DATABASE_URL: secret(url(['postgres', 'postgresql'])),
};

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const telemetrySpecs = {
  DASF_LOG_LEVEL: withDefault(choice(LOG_LEVELS), 'info'),
};

const proxy: Setting<string> = {
  takes: 'an address or a network such as 10.0.0.0/8',
  parse: (value) => {
    const [address = '', bits = '0', ...others] = value.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    const isNetwork = isIP(address) && /^\d{1,3}$/.test(bits) && Number(bits) <= most && others.length === 0;
    if (!isNetwork) throw new TypeError('no address');
    return value;
  },
};

/** For services that clients reach through proxies. */
export const proxySpecs = {
  /** Addresses of proxies whose `X-Forwarded-` headers are believed; none unless set. */
  DASF_TRUSTED_PROXIES: withDefault(list(proxy), []),
};

/** Where a service's health and metrics are; nowhere unless it has a port for them. */
export function internalAddress(
  host: string,
  port: number | undefined,
): { readonly host: string; readonly port: number } | undefined {
  return port === undefined ? undefined : { host, port };
}

/** Protocol section 8. */
export const retentionSpecs = {
  DASF_STORE_MESSAGES: withDefault(choice(RETENTIONS), 'cache'),
  DASF_STORE_SOURCE_MESSAGES: optional(choice(RETENTIONS)),
  DASF_STORE_RESPONSE_MESSAGES: optional(choice(RETENTIONS)),
};

/** The retention of topics that have none of their own, by kind of topic. */
export function defaultRetentions(values: Values<typeof retentionSpecs>): {
  source: Retention;
  response: Retention;
} {
  const { DASF_STORE_MESSAGES: both } = values;
  return {
    source: values.DASF_STORE_SOURCE_MESSAGES ?? both,
    response: values.DASF_STORE_RESPONSE_MESSAGES ?? both,
  };
}
