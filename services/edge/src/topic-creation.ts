import { mayConsume, mayCreateTopics, mayProduce } from '@dasf-broker/access';
import { partitionOf, type TopicChanged } from '@dasf-broker/log';
import { type Frame, refusals, type Slug } from '@dasf-broker/protocol';
import { newTopic, type RegisteredTopic, RegistryError, type Topic } from '@dasf-broker/registry';
import type { Client } from './client.ts';
import type { EdgeContext } from './context.ts';
import { keepTopic } from './keep-topic.ts';
import type { TopicAccess } from './topic-access.ts';

/** A topic and, where it was made just now, the event that tells the log so. */
export interface FoundTopic {
  readonly topic: RegisteredTopic;
  readonly created: readonly TopicChanged[];
}

/** A late answer must not turn a collected response topic into an ordinary one (PUB-3). */
const ANSWER_TYPES = new Set(['response', 'pong', 'progress', 'log', 'info']);

/** Makes topics that messages ask for. */
export class TopicCreation {
  readonly #context: EdgeContext;
  readonly #access: TopicAccess;

  constructor(context: EdgeContext, access: TopicAccess) {
    this.#context = context;
    this.#access = access;
  }

  /**
   * PUB-3: an unknown topic is made by the message that is published to it.
   *
   * @throws {Refusal} PUB-4, PUB-5; PUB-6 where somebody else's message made the topic first; where the user has
   *   too many topics
   */
  async forMessage(client: Client, slug: Slug, frame: Frame): Promise<FoundTopic> {
    const isAnswer = ANSWER_TYPES.has(frame.messageType ?? '') || frame.sourceTopic !== undefined;
    if (!this.#context.config.createTopicOnMessage || isAnswer) throw refusals.unknownTopic(slug);
    if (!mayCreateTopics(client)) throw refusals.mayNotCreate();
    const { user } = client;
    const partition = partitionOf(slug, this.#context.streams.partitions);
    const grants = { can_produce: [user], can_consume: [user], can_view_status: [] };
    const made = await this.#create(client, newTopic({ slug, partition, creator: user, grants }));
    if (!mayProduce(client, made.topic)) throw refusals.mayNotPublish();
    return made;
  }

  /**
   * RSP-1, RSP-3: the response topic that a message names, made where there is none.
   *
   * @throws {Refusal} where the name belongs to somebody or something else, or the user has too many of them
   */
  async forResponses(client: Client, slug: Slug, source: RegisteredTopic): Promise<FoundTopic> {
    const isOwn = (topic: RegisteredTopic | undefined) =>
      topic?.responseFor?.uid === source.uid && mayConsume(client, topic);
    const { registry } = this.#context;
    const local = registry.isStale ? undefined : registry.get(slug);
    const existing = local && isOwn(local) ? local : await registry.lead(slug);
    if (existing && !isOwn(existing)) throw refusals.responseTopicTaken(slug);
    const kept = existing && (await keepTopic(this.#context, existing));
    if (kept) return { topic: kept, created: [] };
    const { user } = client;
    const topic = newTopic({
      slug,
      // Question and answer share a partition, so that one fold sees both.
      partition: source.partition,
      creator: user,
      responseFor: { slug: source.slug, uid: source.uid },
      grants: { can_produce: [], can_consume: [user], can_view_status: [] },
    });
    const made = await this.#create(client, topic);
    if (!isOwn(made.topic)) throw refusals.responseTopicTaken(slug);
    return made;
  }

  async #create(client: Client, topic: Topic): Promise<FoundTopic> {
    this.#context.topicQuota.take(client, topic);
    try {
      const created = await this.#context.registry.create(topic);
      const { slug, uid } = topic;
      const event: TopicChanged = {
        type: 'topic',
        topic: slug,
        uid,
        revision: created.revision,
        entry: topic,
      };
      return { topic: created, created: [event] };
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code !== 'TOPIC_EXISTS') throw error;
      // Somebody else's message came first.
      const existing = await this.#access.find(topic.slug);
      if (!existing) throw refusals.unknownTopic(topic.slug);
      return { topic: existing, created: [] };
    }
  }
}
