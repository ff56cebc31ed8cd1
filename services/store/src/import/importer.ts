import type { ImportLog, ImportProgressed, LogEvent, MessagePublished } from '@dasf-broker/log';
import { type Frame, type Retention, readFrame, STATUS_PING } from '@dasf-broker/protocol';
import { RegistryError, type TopicRegistry } from '@dasf-broker/registry';
import { changeOf } from '../chores/change-of.ts';
import { CommandFault } from '../command-fault.ts';
import type { SourceMessage } from './django/messages.ts';
import type { Plan, PlannedTopic } from './plan.ts';
import type { Reached } from './progress.ts';

export interface ImporterParts {
  readonly source: string;
  readonly log: ImportLog;
  readonly registry: TopicRegistry;
  readonly plan: Plan;
  /** The rules of topics that have none of their own. */
  readonly retentions: { readonly source: Retention; readonly response: Retention };
  readonly signal: AbortSignal;
}

const TOPICS_AT_A_TIME = 50;
const BATCH_EVENTS = 400;
const BATCH_BYTES = 2 * 1024 * 1024;
/** The context of no request: keeps a response topic for as long as one would (GC-3). */
const UNKNOWN_REQUEST = 'import';

/** One partition's part of an import. */
export class PartitionImport {
  readonly #parts: ImporterParts;
  readonly #partition: number;
  #reached: Reached;
  #after: number;
  readonly #bySlug: ReadonlyMap<string, PlannedTopic>;
  #batch: LogEvent[] = [];
  #bytes = 0;
  #upTo = 0;

  private constructor(parts: ImporterParts, partition: number, reached: Reached, after: number) {
    this.#parts = parts;
    this.#partition = partition;
    this.#reached = reached;
    this.#after = after;
    this.#bySlug = new Map([...parts.plan.topics.values()].map((planned) => [planned.topic.slug, planned]));
  }

  /** @param reached as the database has it: nothing may have been imported since it was read */
  static async open(parts: ImporterParts, partition: number, reached: Reached): Promise<PartitionImport> {
    const { sequence, event } = await parts.log.newest(partition);
    if (event?.source === parts.source && event.messages + event.topics > reached.messages + reached.topics)
      throw new CommandFault('Another import is under way.');
    return new PartitionImport(parts, partition, reached, sequence);
  }

  get messagesReached(): number {
    return this.#reached.messages;
  }

  async importTopics(): Promise<void> {
    const due = [...this.#parts.plan.topics.values()].filter(
      ({ from, topic }) => topic.partition === this.#partition && from.id > this.#reached.topics,
    );
    for (let at = 0; at < due.length; at += TOPICS_AT_A_TIME) {
      this.#parts.signal.throwIfAborted();
      const some = due.slice(at, at + TOPICS_AT_A_TIME);
      const events = await Promise.all(some.map((planned) => this.#makeTopic(planned)));
      const last = some.at(-1)?.from.id ?? 0;
      await this.#store(events.flat(), { ...this.#reached, topics: last });
    }
  }

  /**
   * Messages come in the order of their numbers.
   *
   * @returns whether it is imported now: one that was, and one of a topic that is gone again, is not
   */
  async add(message: SourceMessage, planned: PlannedTopic): Promise<boolean> {
    const { slug, uid } = planned.topic;
    if (message.id <= this.#reached.messages || this.#parts.registry.get(slug)?.uid !== uid) return false;
    this.#batch.push(this.#eventOf(message, planned));
    this.#bytes += message.frame.length;
    this.#upTo = message.id;
    if (this.#batch.length >= BATCH_EVENTS || this.#bytes >= BATCH_BYTES) await this.#flush();
    return true;
  }

  /** All messages up to a number have come, those of other partitions among them. */
  async finish(upTo: number): Promise<void> {
    await this.#flush();
    if (upTo > this.#reached.messages) await this.#store([], { ...this.#reached, messages: upTo });
  }

  async #flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    await this.#store(this.#batch, { ...this.#reached, messages: this.#upTo });
    this.#batch = [];
    this.#bytes = 0;
  }

  async #makeTopic({ from, topic }: PlannedTopic): Promise<readonly LogEvent[]> {
    const { slug, uid } = topic;
    const made = await this.#parts.registry.create(topic).catch((error: unknown) => {
      if (!(error instanceof RegistryError && error.code === 'TOPIC_EXISTS')) throw error;
      throw new CommandFault(`Somebody has made a topic ${slug} here meanwhile.`, { cause: error });
    });
    const of = { topic: slug, uid, user: topic.creator };
    return [
      changeOf(made),
      ...(from.apiInfo === undefined ? [] : [{ type: 'api-info', ...of, apiInfo: from.apiInfo } as const]),
      ...(topic.responseFor ? [{ type: 'asked', ...of, requestContext: UNKNOWN_REQUEST } as const] : []),
    ];
  }

  #eventOf(message: SourceMessage, { topic }: PlannedTopic): MessagePublished {
    const { deliveredTo, frame, messageId, user } = message;
    return {
      type: 'message',
      topic: topic.slug,
      uid: topic.uid,
      user,
      messageId,
      clientId: false,
      retention: this.#retentionOf(message, { topic }),
      revision: this.#parts.registry.get(topic.slug)?.revision ?? 0,
      ...(deliveredTo.length > 0 ? { deliveredTo } : {}),
      ...this.#fieldsOf(readFrame(frame).frame, topic.uid),
      frame,
    };
  }

  /**
   * The rule that the other broker would judge by. What it holds is owed to whoever is not known to have it, also
   * where its topic is no longer stored, or was not set to `cache` when somebody acknowledged it.
   */
  #retentionOf({ deliveredTo }: SourceMessage, { topic }: Pick<PlannedTopic, 'topic'>): Retention {
    const { source, response } = this.#parts.retentions;
    const rule = topic.retention ?? (topic.responseFor ? response : source);
    if (rule === 'store' || rule === 'cacheall') return rule;
    return deliveredTo.length > 0 ? 'cacheall' : 'cache';
  }

  /** What could not be read of a frame does not keep it from being delivered. */
  #fieldsOf(frame: Frame | undefined, uid: string): Partial<MessagePublished> {
    if (!frame) return {};
    const { messageType, responseTopic, sourceTopic, requestContext, fragment, numFragments } = frame;
    const answers = this.#bySlug.get(responseTopic ?? '')?.topic;
    return Object.fromEntries(
      Object.entries({
        messageType,
        responseTopic: responseTopic === STATUS_PING ? undefined : responseTopic,
        responseUid: answers?.responseFor?.uid === uid ? answers.uid : undefined,
        sourceTopic,
        requestContext,
        fragment,
        numFragments,
      }).filter(([, value]) => value !== undefined),
    );
  }

  async #store(events: readonly LogEvent[], reached: Reached): Promise<void> {
    const progress: ImportProgressed = { type: 'imported', source: this.#parts.source, ...reached };
    this.#after = await this.#parts.log.append(this.#partition, events, progress, this.#after);
    this.#reached = reached;
  }
}
