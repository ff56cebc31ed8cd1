import { bytes, duration, integer, type Values, withDefault } from '@dasf-broker/config';

const MEBIBYTE = 1024 * 1024;

/** What one edge takes on. Each limit is there for a peer that wants more than its share (docs/limits.md). */
export const limitSpecs = {
  DASF_MAX_CONNECTIONS: withDefault(integer({ min: 1 }), 10_000),
  DASF_MAX_CONNECTIONS_PER_ADDRESS: withDefault(integer({ min: 1 }), 1000),
  /** Users without a token are counted by their address alone. */
  DASF_MAX_CONNECTIONS_PER_USER: withDefault(integer({ min: 1 }), 1000),
  /** Upgrades a second that one edge takes (CLS-4). */
  DASF_ACCEPT_RATE: withDefault(integer({ min: 1 }), 500),
  DASF_ACCEPT_RATE_PER_ADDRESS: withDefault(integer({ min: 1 }), 200),
  /** Sockets that have not sent a whole request yet. */
  DASF_MAX_WAITING_SOCKETS: withDefault(integer({ min: 1 }), 2000),
  DASF_MAX_WAITING_SOCKETS_PER_ADDRESS: withDefault(integer({ min: 1 }), 500),
  DASF_HEADER_TIMEOUT: withDefault(duration({ min: 100, max: 60_000 }), 5000),
  DASF_REQUEST_TIMEOUT: withDefault(duration({ min: 100, max: 60_000 }), 8000),
  DASF_MAX_HEADER_BYTES: withDefault(bytes({ min: 1024, max: MEBIBYTE }), 16 * 1024),
  /** Fragments of one message: browsers send a large one in pieces of 64 KiB or so. */
  DASF_MAX_FRAGMENTS: withDefault(integer({ min: 1, max: 1_000_000 }), 4096),
  /** Of one connection; what comes faster waits. */
  DASF_MAX_FRAMES_PER_SECOND: withDefault(integer({ min: 1 }), 5000),
  DASF_MAX_BYTES_PER_SECOND: withDefault(bytes({ min: 1024 }), 64 * MEBIBYTE),
  /** Frames of one connection that wait for their answer. */
  DASF_MAX_IN_FLIGHT: withDefault(integer({ min: 1 }), 64),
  DASF_MAX_IN_FLIGHT_BYTES: withDefault(bytes({ min: 1024 }), 32 * MEBIBYTE),
  DASF_MAX_TOTAL_IN_FLIGHT: withDefault(integer({ min: 1 }), 20_000),
  DASF_MAX_TOTAL_IN_FLIGHT_BYTES: withDefault(bytes({ min: 1024 }), 256 * MEBIBYTE),
  /** Frames of all connections that came and are not worked on yet. */
  DASF_MAX_QUEUED_BYTES: withDefault(bytes({ min: 1024 }), 256 * MEBIBYTE),
  /** What all connections together hold of messages whose end has not come. */
  DASF_MAX_UNFINISHED_BYTES: withDefault(bytes({ min: 1024 }), 256 * MEBIBYTE),
  /** What all consumers together have yet to read. */
  DASF_MAX_TOTAL_CONSUMER_BUFFER_BYTES: withDefault(bytes({ min: 1024 }), 1024 * MEBIBYTE),
  /** Frames of one address that are not allowed; its next frames wait. */
  DASF_MAX_REFUSALS_PER_SECOND: withDefault(integer({ min: 1 }), 200),
  /** Of one user, of ids that were not delivered on the connection; what comes faster waits. */
  DASF_MAX_UNKNOWN_ACKNOWLEDGEMENTS_PER_SECOND: withDefault(integer({ min: 1 }), 200),
  DASF_MAX_TOPICS: withDefault(integer({ min: 1 }), 200_000),
  DASF_MAX_TOPICS_PER_USER: withDefault(integer({ min: 1 }), 1000),
  DASF_MAX_TOPICS_PER_MINUTE: withDefault(integer({ min: 1 }), 100),
  DASF_MAX_RESPONSE_TOPICS_PER_USER: withDefault(integer({ min: 1 }), 10_000),
  DASF_MAX_RESPONSE_TOPICS_PER_MINUTE: withDefault(integer({ min: 1 }), 1000),
};

/** The limits as the edge takes them; times in milliseconds. */
export type Limits = ReturnType<typeof limitSettings>;

export function limitSettings(values: Values<typeof limitSpecs>) {
  return {
    maxConnections: values.DASF_MAX_CONNECTIONS,
    maxConnectionsPerAddress: values.DASF_MAX_CONNECTIONS_PER_ADDRESS,
    maxConnectionsPerUser: values.DASF_MAX_CONNECTIONS_PER_USER,
    acceptRate: values.DASF_ACCEPT_RATE,
    acceptRatePerAddress: values.DASF_ACCEPT_RATE_PER_ADDRESS,
    maxWaitingSockets: values.DASF_MAX_WAITING_SOCKETS,
    maxWaitingSocketsPerAddress: values.DASF_MAX_WAITING_SOCKETS_PER_ADDRESS,
    headerTimeout: values.DASF_HEADER_TIMEOUT,
    requestTimeout: values.DASF_REQUEST_TIMEOUT,
    maxHeaderBytes: values.DASF_MAX_HEADER_BYTES,
    maxFragments: values.DASF_MAX_FRAGMENTS,
    maxFramesPerSecond: values.DASF_MAX_FRAMES_PER_SECOND,
    maxBytesPerSecond: values.DASF_MAX_BYTES_PER_SECOND,
    maxInFlight: values.DASF_MAX_IN_FLIGHT,
    maxInFlightBytes: values.DASF_MAX_IN_FLIGHT_BYTES,
    maxTotalInFlight: values.DASF_MAX_TOTAL_IN_FLIGHT,
    maxTotalInFlightBytes: values.DASF_MAX_TOTAL_IN_FLIGHT_BYTES,
    maxQueuedBytes: values.DASF_MAX_QUEUED_BYTES,
    maxUnfinishedBytes: values.DASF_MAX_UNFINISHED_BYTES,
    maxTotalConsumerBufferBytes: values.DASF_MAX_TOTAL_CONSUMER_BUFFER_BYTES,
    maxRefusalsPerSecond: values.DASF_MAX_REFUSALS_PER_SECOND,
    maxUnknownAcknowledgementsPerSecond: values.DASF_MAX_UNKNOWN_ACKNOWLEDGEMENTS_PER_SECOND,
    maxTopics: values.DASF_MAX_TOPICS,
    maxTopicsPerUser: values.DASF_MAX_TOPICS_PER_USER,
    maxTopicsPerMinute: values.DASF_MAX_TOPICS_PER_MINUTE,
    maxResponseTopicsPerUser: values.DASF_MAX_RESPONSE_TOPICS_PER_USER,
    maxResponseTopicsPerMinute: values.DASF_MAX_RESPONSE_TOPICS_PER_MINUTE,
  };
}
