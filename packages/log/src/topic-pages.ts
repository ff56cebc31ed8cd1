import type { Slug } from '@dasf-broker/protocol';
import {
  type DirectBatchOptions,
  JetStreamError,
  jetstreamManager,
  type StoredMsg,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeEvent, EventError } from './event-codec.ts';
import { type DeliverableEvent, isDeliverable } from './events.ts';
import type { LogRecord } from './records.ts';
import type { Subjects } from './subjects.ts';

const PAGE = 100;
/** A page may be larger by one frame. The client's types allow one of the two bounds; the server takes both. */
const PAGE_BYTES = 1024 * 1024;
const NOT_FOUND = 404;

export interface TopicPage {
  readonly records: readonly LogRecord<DeliverableEvent>[];
  /** The sequence to go on after. */
  readonly last: number;
  /** Nothing came after this page when it was read. */
  readonly end: boolean;
}

/**
 * One page of a topic's frames from the log, in its order. What cannot be read is left out: the store keeps
 * it as a dead event.
 *
 * @param after the last sequence that is not wanted
 */
export async function readTopicPage(
  nc: NatsConnection,
  subjects: Subjects,
  partition: number,
  topic: Slug,
  after: number,
): Promise<TopicPage> {
  const jsm = await jetstreamManager(nc, { checkAPI: false });
  const found = await jsm.direct.getBatch(subjects.stream(partition), {
    seq: after + 1,
    next_by_subj: subjects.storedMessages(partition, topic),
    batch: PAGE,
    max_bytes: PAGE_BYTES,
  } as DirectBatchOptions);
  const records: LogRecord<DeliverableEvent>[] = [];
  let last = after;
  let pending = 0;
  for await (const message of orNone(found)) {
    last = message.seq;
    pending = message.pending;
    const event = readable(message);
    if (event) records.push({ partition, sequence: last, time: message.time.getTime(), event });
  }
  return { records, last, end: pending === 0 };
}

/** Where nothing matches, the client library throws. */
async function* orNone(found: AsyncIterable<StoredMsg>): AsyncGenerator<StoredMsg> {
  try {
    yield* found;
  } catch (error) {
    if (!(error instanceof JetStreamError && 'code' in error && error.code === NOT_FOUND)) throw error;
  }
}

function readable(message: StoredMsg): DeliverableEvent | undefined {
  try {
    const event = decodeEvent(message.header, message.data);
    return isDeliverable(event) ? event : undefined;
  } catch (error) {
    if (error instanceof EventError) return undefined;
    throw error;
  }
}
