import type { TopicPinged } from '@dasf-broker/log';
import { isMessageId, probeFrame } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { Logger } from '@dasf-broker/telemetry';
import type { StoreParts } from '../worker/parts.ts';
import { pause } from '../worker/pause.ts';
import type { AnyRecord } from '../worker/record-queue.ts';

const SECOND_MS = 1000;
/** A consumer that left longer ago than this is of no interest: the log is being folded anew. */
const RECENT_MS = 10_000;

/** AVL-5, AVL-7: pings each minute what supports DASF and is no response topic. */
export async function pingEachMinute(
  parts: StoreParts,
  partition: number,
  halted: () => boolean,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const { pingInterval } = parts.times;
    await pause(pingInterval - (Date.now() % pingInterval), signal);
    if (signal.aborted) return;
    if (halted()) continue;
    // Timers may be early by a little.
    const moment = Math.round(Date.now() / pingInterval) * pingInterval;
    const due = [...parts.registry.topics()].filter(
      (topic) => topic.partition === partition && isPinged(topic),
    );
    const sent = await Promise.allSettled(due.map((topic) => ping(parts, topic, moment)));
    const failed = sent.filter((outcome) => outcome.status === 'rejected');
    if (failed.length > 0) logger.warn({ err: failed[0]?.reason, failed: failed.length }, 'pings failed');
  }
}

/** AVL-5: pings a topic when one of its consumers leaves, at most once a second. */
export class LeavePings {
  readonly #parts: StoreParts;
  readonly #partition: number;
  readonly #logger: Logger;
  #sent = new Set<string>();

  constructor(parts: StoreParts, partition: number, logger: Logger) {
    this.#parts = parts;
    this.#partition = partition;
    this.#logger = logger;
  }

  take(records: readonly AnyRecord[]): void {
    const sending = new Set<string>();
    for (const { event, time } of records) {
      if (event?.type !== 'left' || Date.now() - time > RECENT_MS) continue;
      const topic = this.#parts.registry.get(event.topic);
      if (topic?.uid !== event.uid || topic.partition !== this.#partition || !isPinged(topic)) continue;
      const second = time - (time % SECOND_MS);
      const key = `${topic.uid}@${second}`;
      if (!this.#sent.has(key) && !sending.has(key)) this.#send(topic, second);
      sending.add(key);
    }
    // The log refuses doubles by itself; what is remembered only spares it the most of them.
    if (sending.size > 0) this.#sent = sending;
  }

  #send(topic: RegisteredTopic, second: number): void {
    ping(this.#parts, topic, second).catch((error: unknown) =>
      this.#logger.warn({ err: error, topic: topic.slug }, 'a ping failed'),
    );
  }
}

function isPinged(topic: RegisteredTopic): boolean {
  return topic.supportsDasf && topic.responseFor === null;
}

/**
 * Every store that thinks of the same ping gives it the same id, and the log stores the first.
 *
 * @param moment milliseconds since the epoch, whole seconds
 */
function ping({ appender }: StoreParts, topic: RegisteredTopic, moment: number): Promise<void> {
  const { uid, slug } = topic;
  const at = new Date(moment).toISOString().replace('.000', '');
  const named = `ping/${slug}@${at}`;
  const messageId = isMessageId(named) ? named : `ping/${uid}@${at}`;
  const frame = Buffer.from(probeFrame('ping', messageId, Date.now()));
  const event: TopicPinged = { type: 'ping', topic: slug, uid, messageId, frame };
  return appender.append(topic.partition, event);
}
