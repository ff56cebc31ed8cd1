import { readBatch } from '@dasf-broker/nats';
import type { Slug } from '@dasf-broker/protocol';
import { jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventError } from './event-codec.ts';
import type { MessagePublished } from './events.ts';
import type { LogRecord } from './records.ts';
import { storedEvent } from './stored-event.ts';
import type { Subjects } from './subjects.ts';

const PAGE = 100;
/** A page may be larger by one frame. */
const PAGE_BYTES = 1024 * 1024;

export interface TopicPage {
  readonly records: readonly LogRecord<MessagePublished>[];
  /** The sequence to go on after. */
  readonly last: number;
  /** Nothing came after this page when it was read. */
  readonly end: boolean;
}

/**
 * One page of a topic's messages from the log, in its order. What cannot be read is left out: the store keeps
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
  const subject = subjects.storedMessages(partition, topic);
  const wanted = { from: after + 1, subject, messages: PAGE, bytes: PAGE_BYTES };
  const records: LogRecord<MessagePublished>[] = [];
  let last = after;
  let pending = 0;
  for await (const message of readBatch(jsm, subjects.stream(partition), wanted)) {
    last = message.seq;
    pending = message.pending;
    const event = readable(subjects, partition, message);
    if (event) records.push({ partition, sequence: last, time: message.time.getTime(), event });
  }
  return { records, last, end: pending === 0 };
}

function readable(
  subjects: Subjects,
  partition: number,
  { subject, header: headers, data: body }: StoredMsg,
): MessagePublished | undefined {
  try {
    const event = storedEvent(subjects, partition, { subject, headers, body });
    return event.type === 'message' ? event : undefined;
  } catch (error) {
    if (error instanceof EventError) return undefined;
    throw error;
  }
}
