import { about, bytes, duration, integer, type Values, withDefault } from '@dasf-broker/config';

const MEBIBYTE = 1024 * 1024;

/** What one edge takes on. Each limit is there for a peer that wants more than its share (docs/limits.md). */
export const limitSpecs = {
  DASF_MAX_CONNECTIONS: about('Connections of an edge.', withDefault(integer({ min: 1 }), 10_000)),
  DASF_MAX_CONNECTIONS_PER_ADDRESS: about(
    'Connections from one address.',
    withDefault(integer({ min: 1 }), 1000),
  ),
  DASF_MAX_CONNECTIONS_PER_USER: about(
    'Connections of one user; those without a token are counted by their address alone.',
    withDefault(integer({ min: 1 }), 1000),
  ),
  DASF_ACCEPT_RATE: about(
    'Upgrades a second of an edge; what five seconds have left unused may come at once.',
    withDefault(integer({ min: 1 }), 100),
  ),
  DASF_ACCEPT_RATE_PER_ADDRESS: about('The same, from one address.', withDefault(integer({ min: 1 }), 50)),
  DASF_MAX_WAITING_SOCKETS: about(
    'Sockets that have not sent a whole request yet.',
    withDefault(integer({ min: 1 }), 2000),
  ),
  DASF_MAX_WAITING_SOCKETS_PER_ADDRESS: about(
    'The same, from one address.',
    withDefault(integer({ min: 1 }), 500),
  ),
  DASF_HEADER_TIMEOUT: about(
    'How long a request may take to come.',
    withDefault(duration({ min: 100, max: 60_000 }), 5000),
  ),
  DASF_MAX_HEADER_BYTES: about(
    'The largest headers of a request.',
    withDefault(bytes({ min: 1024, max: MEBIBYTE }), 16 * 1024),
  ),
  DASF_MAX_FRAGMENTS: about(
    'Fragments of one websocket message; browsers send a large one in pieces of 64 KiB or so.',
    withDefault(integer({ min: 1, max: 1_000_000 }), 4096),
  ),
  DASF_MAX_FRAMES_PER_SECOND: about(
    'Frames a second of one connection; what comes faster waits.',
    withDefault(integer({ min: 1 }), 5000),
  ),
  DASF_MAX_BYTES_PER_SECOND: about(
    'Bytes a second of one connection; what comes faster waits.',
    withDefault(bytes({ min: 1024 }), 64 * MEBIBYTE),
  ),
  DASF_MAX_IN_FLIGHT: about(
    "Frames of one connection that wait for their answer, and a consumer's acknowledgements that wait for the log.",
    withDefault(integer({ min: 1 }), 64),
  ),
  DASF_MAX_IN_FLIGHT_BYTES: about(
    'Bytes of frames of one connection that wait for their answer.',
    withDefault(bytes({ min: 1024 }), 32 * MEBIBYTE),
  ),
  DASF_MAX_TOTAL_IN_FLIGHT: about(
    'Frames of all connections that wait for their answer.',
    withDefault(integer({ min: 1 }), 20_000),
  ),
  DASF_MAX_TOTAL_IN_FLIGHT_BYTES: about(
    'Bytes of frames of all connections that wait for their answer.',
    withDefault(bytes({ min: 1024 }), 256 * MEBIBYTE),
  ),
  DASF_MAX_QUEUED_BYTES: about(
    'Bytes of frames that have come and wait for their turn.',
    withDefault(bytes({ min: 1024 }), 256 * MEBIBYTE),
  ),
  DASF_MAX_UNFINISHED_BYTES: about(
    'What all connections hold of messages whose end has not come, and of what has not been looked at.',
    withDefault(bytes({ min: 1024 }), 256 * MEBIBYTE),
  ),
  DASF_MAX_TOTAL_CONSUMER_BUFFER_BYTES: about(
    'What all consumers together may have unread.',
    withDefault(bytes({ min: 1024 }), 1024 * MEBIBYTE),
  ),
  DASF_MAX_REFUSALS_PER_SECOND: about(
    'Frames a second of one address that are not allowed; its next ones wait.',
    withDefault(integer({ min: 1 }), 200),
  ),
  DASF_MAX_TOTAL_REFUSALS_PER_SECOND: about(
    'Frames a second of all connections that are not allowed; the next ones of their senders wait.',
    withDefault(integer({ min: 1 }), 200),
  ),
  DASF_MAX_UNKNOWN_ACKNOWLEDGEMENTS_PER_SECOND: about(
    'Acknowledgements a second of one user for what was not delivered on the connection; its next ones wait.',
    withDefault(integer({ min: 1 }), 200),
  ),
  DASF_MAX_TOPICS: about(
    'Topics of all users, response topics among them.',
    withDefault(integer({ min: 1 }), 200_000),
  ),
  DASF_MAX_TOPICS_PER_USER: about(
    "Topics that one user's messages have made.",
    withDefault(integer({ min: 1 }), 1000),
  ),
  DASF_MAX_TOPICS_PER_MINUTE: about(
    "Topics a minute that one user's messages make.",
    withDefault(integer({ min: 1 }), 100),
  ),
  DASF_MAX_RESPONSE_TOPICS_PER_USER: about(
    "Response topics that one user's messages have made.",
    withDefault(integer({ min: 1 }), 10_000),
  ),
  DASF_MAX_RESPONSE_TOPICS_PER_MINUTE: about(
    "Response topics a minute that one user's messages make.",
    withDefault(integer({ min: 1 }), 1000),
  ),
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
    maxTotalRefusalsPerSecond: values.DASF_MAX_TOTAL_REFUSALS_PER_SECOND,
    maxUnknownAcknowledgementsPerSecond: values.DASF_MAX_UNKNOWN_ACKNOWLEDGEMENTS_PER_SECOND,
    maxTopics: values.DASF_MAX_TOPICS,
    maxTopicsPerUser: values.DASF_MAX_TOPICS_PER_USER,
    maxTopicsPerMinute: values.DASF_MAX_TOPICS_PER_MINUTE,
    maxResponseTopicsPerUser: values.DASF_MAX_RESPONSE_TOPICS_PER_USER,
    maxResponseTopicsPerMinute: values.DASF_MAX_RESPONSE_TOPICS_PER_MINUTE,
  };
}
