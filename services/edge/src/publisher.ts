import type { Identity } from '@dasf-broker/access';
import { AppendError, inPieces, type MessagePublished, publishLive } from '@dasf-broker/log';
import {
  type Frame,
  publishTimeOf,
  Refusal,
  type Retention,
  refusals,
  type Slug,
  STATUS_PING,
  stampFrame,
} from '@dasf-broker/protocol';
import { type RegisteredTopic, RegistryError } from '@dasf-broker/registry';
import type { EdgeContext } from './context.ts';
import type { SignsOfLife } from './signs-of-life.ts';
import type { TopicAccess } from './topic-access.ts';
import type { FoundTopic, TopicCreation } from './topic-creation.ts';

/** A frame that was let in; the message is on its way to the log. */
export interface Admitted {
  readonly messageId: string;
  /** Resolves when the client may be told `ok` (PUB-2); rejects with a `Refusal`. */
  readonly done: Promise<void>;
}

/** Publishes frames: who may, where to, under which rule, durable or live only. */
export class Publisher {
  readonly #context: EdgeContext;
  readonly #access: TopicAccess;
  readonly #creation: TopicCreation;
  readonly #signs: SignsOfLife;

  constructor(context: EdgeContext, access: TopicAccess, creation: TopicCreation, signs: SignsOfLife) {
    this.#context = context;
    this.#access = access;
    this.#creation = creation;
    this.#signs = signs;
  }

  /**
   * Lets a frame in. Frames of one connection must be let in one after the other; that keeps their order
   * (DLV-3). Their `done` may be awaited together.
   *
   * @throws {Refusal}
   */
  async admit(identity: Identity, slug: Slug, frame: Frame): Promise<Admitted> {
    try {
      return await this.#admit(identity, slug, frame);
    } catch (error) {
      throw this.#asRefusal(error);
    }
  }

  async #admit(identity: Identity, slug: Slug, frame: Frame): Promise<Admitted> {
    const target = await this.#target(identity, slug, frame);
    const answers = await this.#responseTopic(identity, target.topic, frame);
    const message = this.#message(identity, target.topic, frame);
    const created = [...target.created, ...answers];
    return { messageId: message.messageId, done: this.#hand(target.topic, created, message) };
  }

  async #target(identity: Identity, slug: Slug, frame: Frame): Promise<FoundTopic> {
    const found = await this.#access.forProducing(identity, slug);
    if (!found) return this.#creation.forMessage(identity, slug, frame);
    if (!found.allowed) throw refusals.mayNotPublish();
    return { topic: found.topic, created: [] };
  }

  async #responseTopic(identity: Identity, source: RegisteredTopic, frame: Frame) {
    const { responseTopic } = frame;
    if (responseTopic === undefined || responseTopic === STATUS_PING) return [];
    return (await this.#creation.forResponses(identity, responseTopic as Slug, source)).created;
  }

  #message(identity: Identity, topic: RegisteredTopic, frame: Frame): MessagePublished {
    const messageId = frame.messageId ?? crypto.randomUUID();
    const stamped = Buffer.from(stampFrame(frame, messageId, publishTimeOf(Date.now())));
    return {
      type: 'message',
      topic: topic.slug,
      uid: topic.uid,
      user: identity.user,
      messageId,
      clientId: frame.messageId !== undefined,
      retention: this.#retention(topic, frame),
      revision: topic.revision,
      ...defined({
        messageType: frame.messageType,
        responseTopic: frame.responseTopic,
        sourceTopic: frame.sourceTopic,
        requestContext: frame.requestContext,
        fragment: frame.fragment,
        numFragments: frame.numFragments,
      }),
      frame: stamped,
    };
  }

  #retention(topic: RegisteredTopic, frame: Frame): Retention {
    // DLV-9: browsers ping every 10 s a tab; nobody wants yesterday's.
    if (frame.messageType === 'ping') return 'disabled';
    const { source, response } = this.#context.config.retentions;
    return topic.retention ?? (topic.responseFor ? response : source);
  }

  async #hand(
    topic: RegisteredTopic,
    created: FoundTopic['created'],
    message: MessagePublished,
  ): Promise<void> {
    try {
      const events = inPieces(message);
      // A frame in pieces is live by way of the log, also where nothing is retained: there it is read from.
      const isLiveOnly = message.retention === 'disabled' && events.length === 1;
      if (isLiveOnly) await this.#handLive(topic, created, message);
      else await this.#context.appender.append(topic.partition, ...created, ...events);
      await this.#mustStillExist(topic);
    } catch (error) {
      throw this.#asRefusal(error);
    }
  }

  async #handLive(topic: RegisteredTopic, created: FoundTopic['created'], message: MessagePublished) {
    const { nc, subjects, appender } = this.#context;
    if (created.length > 0) await appender.append(topic.partition, ...created);
    await publishLive(nc, subjects, topic.partition, message);
    this.#signs.contacted(topic, message.user);
  }

  /** What was sent to a topic that has been deleted meanwhile reaches nobody: it must not be answered `ok`. */
  async #mustStillExist(topic: RegisteredTopic): Promise<void> {
    const { registry } = this.#context;
    if (!registry.isStale && registry.get(topic.slug)?.uid === topic.uid) return;
    if ((await registry.lead(topic.slug))?.uid !== topic.uid) throw refusals.unknownTopic(topic.slug);
  }

  #asRefusal(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    this.#context.logger.warn({ err: error }, 'a message could not be handed on');
    const known = error instanceof AppendError || error instanceof RegistryError;
    return refusals.unknownOutcome(known ? error.message : 'The message could not be handed on.');
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
