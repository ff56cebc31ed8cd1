import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  JetStreamError,
  type JsMsg,
  jetstream,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventError, UnknownEventType } from './event-codec.ts';
import type { LogRecord, UnreadableRecord } from './records.ts';
import { storedEvent } from './stored-event.ts';
import type { LogStreams } from './streams.ts';
import type { Subjects } from './subjects.ts';

/**
 * What is asked for ahead of what is processed, of all partitions, since one connection may read them all: 32 MiB where
 * it is pieces of large frames. nats-server ends a connection that has 64 MiB to take. Not in bytes: where those run out,
 * the client falls silent until two heartbeats were missed, for more than half a minute.
 */
const READ_AHEAD = 128;
const LEAST_READ_AHEAD = 8;
/** A server's answer to a pull whose consumer is gone. It has others of this status, but at those the client reads on. */
const CONSUMER_DELETED = 409;
/** Until what the server has lost is made anew. */
const ANEW_PAUSE_MS = 250;

/**
 * A partition's records from a sequence on: first those that are stored, then new ones as they come, until
 * the signal is aborted. Survives reconnects; sequences ascend strictly.
 *
 * @param from the first sequence wanted
 * @throws what asking the server, or reading, came to; but where the server has lost what is read by, that is made anew,
 *   and tried until it works or the connection is closed
 */
export async function* readLog(
  nc: NatsConnection,
  streams: Pick<LogStreams, 'subjects' | 'partitions'>,
  partition: number,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<LogRecord | UnreadableRecord> {
  let next = from;
  let isLost = false;
  while (!signal.aborted) {
    try {
      for await (const record of readLogUntilLost(nc, streams, partition, next, signal)) {
        isLost = false;
        next = record.sequence + 1;
        yield record;
      }
      return;
    } catch (error) {
      isLost ||= isConsumerGone(error);
      // A cluster that has lost a server may not make another consumer at once.
      if (!isLost || nc.isClosed()) throw error;
      await sleep(ANEW_PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/**
 * The same for who looks at the log before he reads on: ends also where the server has lost what it reads by, as after a
 * restart, since what has the log's name then may be another one.
 *
 * @throws {JetStreamApiError | JetStreamError} also in that case
 */
export async function* readLogUntilLost(
  nc: NatsConnection,
  { subjects, partitions }: Pick<LogStreams, 'subjects' | 'partitions'>,
  partition: number,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<LogRecord | UnreadableRecord> {
  if (signal.aborted) return;
  const consumer = await jetstream(nc).consumers.get(subjects.stream(partition), {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
  });
  const max_messages = Math.max(Math.floor(READ_AHEAD / partitions), LEAST_READ_AHEAD);
  const messages = await consumer.consume({
    max_messages,
    threshold_messages: Math.floor(max_messages / 2),
    // Else the client makes it anew itself, also when this has ended meanwhile: each reconnection left a subscription.
    abort_on_missing_resource: true,
  });
  const stop = () => messages.stop();
  signal.addEventListener('abort', stop, { once: true });
  // It may have been aborted while the consumer was being made.
  if (signal.aborted) stop();
  try {
    for await (const message of messages) {
      if (signal.aborted) return;
      yield recordOf(subjects, partition, message);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    messages.stop();
  }
}

/** As after a restart of the server, which keeps consumers like these in memory only. */
function isConsumerGone(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === JetStreamApiCodes.ConsumerNotFound;
  return error instanceof JetStreamError && 'code' in error && error.code === CONSUMER_DELETED;
}

function recordOf(subjects: Subjects, partition: number, message: JsMsg): LogRecord | UnreadableRecord {
  const { subject, headers, data: body } = message;
  const place = {
    partition,
    sequence: message.seq,
    time: Math.floor(message.info.timestampNanos / 1e6),
  };
  try {
    return { ...place, event: storedEvent(subjects, partition, { subject, headers, body }) };
  } catch (error) {
    if (!(error instanceof EventError)) throw error;
    const unreadable = { ...place, event: undefined, subject, headers: headers?.toString() ?? '', body };
    // By the subject the server judged who may write the type: elsewhere a name is just a wrong one.
    const isNewer = error instanceof UnknownEventType && subjects.isOfType(subject, partition, error.type);
    return { ...unreadable, reason: error.message, ...(isNewer ? { newerType: error.type } : {}) };
  }
}
