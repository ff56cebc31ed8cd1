import { isIP } from 'node:net';
import { RETENTIONS, type Retention } from '@dasf-broker/protocol';
import { ConfigError } from './errors.ts';
import { about, optional, type Setting, type Values, withDefault } from './setting.ts';
import {
  choice,
  duration,
  file,
  integer,
  list,
  orFromFile,
  ratio,
  secret,
  text,
  url,
  urls,
} from './validators.ts';

/** How a service gets into NATS. Each may have a user of its own. */
export const natsSpecs = {
  DASF_NATS_URL: about(
    'Where NATS is; several servers of one cluster with commas between them. May hold user and password; tls:// takes no connection that is not encrypted.',
    withDefault(orFromFile(urls(['nats', 'tls'])), 'nats://127.0.0.1:4222'),
  ),
  DASF_NATS_USER: about(
    'The user on NATS; comes before the one in the address, as does the password.',
    optional(text()),
  ),
  DASF_NATS_PASSWORD: about('Its password.', optional(secret(text()))),
  DASF_NATS_CREDENTIALS: about(
    'In place of a user: the contents of a credentials file, where NATS knows its users by JWT.',
    optional(
      secret(
        text({
          pattern: /BEGIN NATS USER JWT[\s\S]+BEGIN USER NKEY SEED/,
          takes: 'the contents of a credentials file, with a JWT and its key',
        }),
      ),
    ),
  ),
  DASF_NATS_NKEY_SEED: about(
    'In place of a user: the secret half of an nkey.',
    optional(
      secret(
        text({
          pattern: /^SU[A-Z2-7]{56}\s*$/,
          takes: "a user nkey's seed, SU and 56 letters and digits more",
        }),
      ),
    ),
  ),
  DASF_NATS_CA_FILE: about(
    "Certificates, one of which must have signed the server's; NATS is then taken over TLS alone.",
    optional(file('a file of certificates in PEM form', certificates)),
  ),
};

function certificates(pem: string): string {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new TypeError('it holds no certificate');
  return pem;
}

const WAYS_IN = ['DASF_NATS_USER', 'DASF_NATS_NKEY_SEED', 'DASF_NATS_CREDENTIALS'] as const;

/**
 * What of these shows who a service is, and who the server; what is not set is left out.
 *
 * @throws {ConfigError} where more than one says who it is
 */
export function natsLogin(values: Values<typeof natsSpecs>) {
  const [first, ...others] = WAYS_IN.filter((name) => values[name] !== undefined);
  if (others.length > 0) {
    const takes = 'the place of the other: set one of them';
    throw new ConfigError(others.map((name) => ({ name, problem: `is set beside ${first}`, takes })));
  }
  return defined({
    user: values.DASF_NATS_USER,
    password: values.DASF_NATS_PASSWORD,
    credentials: values.DASF_NATS_CREDENTIALS,
    nkeySeed: values.DASF_NATS_NKEY_SEED?.trim(),
    ca: values.DASF_NATS_CA_FILE,
  });
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** Where the log and the registry are. Every service reads these, and all but the login must be the same for all. */
export const logSpecs = {
  ...natsSpecs,
  DASF_NAMESPACE: about(
    'What the names of streams, subjects and buckets begin with, so that several brokers can share one NATS.',
    withDefault(
      text({ pattern: /^[A-Za-z0-9_-]{1,32}$/, takes: '1 to 32 letters, digits, "_" and "-"' }),
      'dasf',
    ),
  ),
  DASF_LOG_PARTITIONS: about(
    'Streams that the log is spread over. May grow, never shrink: a topic stays where it was made.',
    withDefault(integer({ min: 1, max: 64 }), 4),
  ),
  DASF_LOG_REPLICAS: about(
    'Copies of each stream: an odd number, on a cluster of at least as many servers. The migration changes streams to at least that many.',
    withDefault(integer({ min: 1, max: 5 }), 1),
  ),
  DASF_DEDUP_WINDOW: about(
    'How long the id of a message suppresses a repetition. The migration changes the log to it.',
    withDefault(duration({ min: 1000, max: 24 * 60 * 60 * 1000 }), 10 * 60 * 1000),
  ),
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
  DASF_DATABASE_URL: about('Where PostgreSQL is. Holds a password.', secret(url(['postgres', 'postgresql']))),
};

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const telemetrySpecs = {
  DASF_LOG_LEVEL: about('What is logged: this, and what is worse.', withDefault(choice(LOG_LEVELS), 'info')),
  DASF_TRACES_URL: about(
    'An OpenTelemetry collector that takes spans by OTLP over HTTP (docs/traces.md); none unless set.',
    optional(url(['http', 'https'])),
  ),
  DASF_TRACE_RATIO: about(
    'Of the messages and requests that bring no trace along, this part begins one.',
    withDefault(ratio(), 0.01),
  ),
};

/** Where spans go, if anywhere. */
export function traceSettings(values: Values<typeof telemetrySpecs>) {
  const { DASF_TRACES_URL: url, DASF_TRACE_RATIO: ratio } = values;
  return url === undefined ? undefined : { url, ratio };
}

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
  DASF_TRUSTED_PROXIES: about(
    "Proxies whose `X-Forwarded-` headers are believed. Without them, all users behind a proxy share one address's limits.",
    withDefault(list(proxy), []),
  ),
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
  DASF_STORE_MESSAGES: about(
    'How long messages are kept where nothing else says so: not at all, until one consumer or until all consumers acknowledged them, for ever.',
    withDefault(choice(RETENTIONS), 'cache'),
  ),
  DASF_STORE_SOURCE_MESSAGES: about(
    'The same for ordinary topics; as `DASF_STORE_MESSAGES` unless set.',
    optional(choice(RETENTIONS)),
  ),
  DASF_STORE_RESPONSE_MESSAGES: about(
    'The same for response topics; as `DASF_STORE_MESSAGES` unless set.',
    optional(choice(RETENTIONS)),
  ),
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
