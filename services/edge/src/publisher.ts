import { AppendError, frameOf, isLarge, type MessagePublished, publishLive } from '@dasf-broker/log';
import {
  type Frame,
  publishTimeOf,
  Refusal,
  type Retention,
  refusals,
  type Slug,
  STATUS_PING,
  stampedParts,
} from '@dasf-broker/protocol';
import { type RegisteredTopic, RegistryError } from '@dasf-broker/registry';
import type { Client } from './client.ts';
import type { EdgeContext } from './context.ts';
import { Deadline } from './deadline.ts';
import { keepTopic } from './keep-topic.ts';
import { requestAnswered, requestMade } from './requests.ts';
import type { SignsOfLife } from './signs-of-life.ts';
import type { TopicAccess } from './topic-access.ts';
import type { FoundTopic, TopicCreation } from './topic-creation.ts';

/** A frame that was let in; the message is on its way to the log. */
export interface Admitted {
  readonly messageId: string;
  /** Resolves when the client may be told `ok` (PUB-2); rejects with a `Refusal`. */
  readonly done: Promise<void>;
}

/** A message on its way: where to, and where answers to it go. */
interface Admission {
  readonly client: Client;
  readonly target: FoundTopic;
  readonly answers: FoundTopic | undefined;
  readonly message: MessagePublished;
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
   * @param arrived when the frame came, on the clock of `performance`: its deadline counts from there (PUB-9)
   * @throws {Refusal}
   */
  async admit(client: Client, slug: Slug, frame: Frame, arrived: number): Promise<Admitted> {
    const until = arrived + this.#context.config.publishDeadline;
    const topic = this.#topicAtHand(client, slug, frame);
    if (topic && performance.now() < until) {
      this.#checkOutstanding(client, topic, frame);
      return this.#handOn(client, { topic, created: [] }, undefined, frame);
    }
    const deadline = new Deadline(until);
    try {
      return await deadline.race(this.#admit(client, slug, frame, deadline));
    } catch (error) {
      throw this.#asRefusal(error);
    } finally {
      deadline[Symbol.dispose]();
    }
  }

  async #admit(client: Client, slug: Slug, frame: Frame, deadline: Deadline): Promise<Admitted> {
    const target = await this.#target(client, slug, frame);
    const answers = await this.#responseTopic(client, target.topic, frame);
    // What was answered already must not be stored behind the client's back.
    deadline.check();
    return this.#handOn(client, target, answers, frame);
  }

  #handOn(client: Client, target: FoundTopic, answers: FoundTopic | undefined, frame: Frame): Admitted {
    const message = this.#message(client, target.topic, answers?.topic, frame);
    const done = this.#hand({ client, target, answers, message });
    return { messageId: message.messageId, done };
  }

  /** Where nobody has to be asked and nothing made: for nearly all frames. */
  #topicAtHand(client: Client, slug: Slug, { responseTopic }: Frame): RegisteredTopic | undefined {
    const isRequest = responseTopic !== undefined && responseTopic !== STATUS_PING;
    return isRequest ? undefined : this.#access.atHandForProducing(client, slug);
  }

  async #target(client: Client, slug: Slug, frame: Frame): Promise<FoundTopic> {
    const found = await this.#access.forProducing(client, slug);
    if (found && !found.allowed) throw refusals.mayNotPublish();
    // Before a topic is made for it.
    this.#checkOutstanding(client, found?.topic, frame);
    const topic = found && (await keepTopic(this.#context, found.topic));
    return topic ? { topic, created: [] } : this.#creation.forMessage(client, slug, frame);
  }

  /** @throws {Refusal} */
  #checkOutstanding({ user }: Client, topic: RegisteredTopic | undefined, frame: Frame): void {
    // Answers are of who asked for them.
    const owner = topic?.responseFor ? topic.creator : user;
    this.#context.outstandingQuota.check(owner, this.#retention(topic, frame));
  }

  async #responseTopic(client: Client, source: RegisteredTopic, frame: Frame) {
    const { responseTopic } = frame;
    if (responseTopic === undefined || responseTopic === STATUS_PING) return undefined;
    return await this.#creation.forResponses(client, responseTopic as Slug, source);
  }

  #message(
    client: Client,
    topic: RegisteredTopic,
    answers: RegisteredTopic | undefined,
    frame: Frame,
  ): MessagePublished {
    const messageId = frame.messageId ?? crypto.randomUUID();
    const stamped = stampedParts(frame, messageId, publishTimeOf(Date.now()));
    return {
      type: 'message',
      topic: topic.slug,
      uid: topic.uid,
      user: client.user,
      messageId,
      clientId: frame.messageId !== undefined,
      retention: this.#retention(topic, frame),
      revision: topic.revision,
      ...defined({
        messageType: frame.messageType,
        responseTopic: frame.responseTopic,
        responseUid: answers?.uid,
        sourceTopic: frame.sourceTopic,
        requestContext: frame.requestContext,
        fragment: frame.fragment,
        numFragments: frame.numFragments,
        traceparent: frame.traceparent,
      }),
      ...frameOf(stamped),
    };
  }

  /** @param topic `undefined` where the frame makes it */
  #retention(topic: RegisteredTopic | undefined, frame: Frame): Retention {
    // DLV-9: browsers ping every 10 s a tab; nobody wants yesterday's.
    if (frame.messageType === 'ping') return 'disabled';
    const { source, response } = this.#context.config.retentions;
    return topic?.retention ?? (topic?.responseFor ? response : source);
  }

  async #hand(admission: Admission): Promise<void> {
    const { target, answers, message } = admission;
    const created = [...target.created, ...(answers?.created ?? [])];
    try {
      // A frame in pieces is live by way of the log, also where nothing is retained: there it is read from.
      const isLiveOnly = message.retention === 'disabled' && !isLarge(message);
      if (isLiveOnly) await this.#handLive(target.topic, answers?.topic, created, message);
      else await this.#context.appender.append(target.topic.partition, ...created, message);
      if (!(await this.#isStillThere(target.topic))) throw refusals.unknownTopic(target.topic.slug);
      if (answers && !(await this.#isStillThere(answers.topic))) await this.#askAgain(admission);
    } catch (error) {
      throw this.#asRefusal(error);
    }
  }

  async #handLive(
    topic: RegisteredTopic,
    answers: RegisteredTopic | undefined,
    created: FoundTopic['created'],
    message: MessagePublished,
  ): Promise<void> {
    const { nc, subjects, appender, logger } = this.#context;
    const asked = requestMade(message, answers);
    const answered = requestAnswered(message, topic);
    const before = asked ? [...created, asked] : created;
    if (before.length > 0) await appender.append(topic.partition, ...before);
    await publishLive(nc, subjects, topic.partition, message);
    this.#signs.contacted(topic, message.user);
    if (!answered) return;
    // Nobody waits for this: lost, the response topic is kept for longer than it must be.
    appender.append(topic.partition, answered).catch((error: unknown) => {
      logger.warn({ err: error, topic: topic.slug }, 'an answer could not be recorded');
    });
  }

  /**
   * What was sent to a topic that has been removed meanwhile reaches nobody: it must not be answered `ok`. A
   * topic whose removal has begun is taken back, by now: the store looks at what was stored before its mark
   * was known everywhere, not at what came later.
   */
  async #isStillThere({ slug, uid }: RegisteredTopic): Promise<boolean> {
    const { registry } = this.#context;
    const local = registry.isStale ? undefined : registry.get(slug);
    if (local?.uid === uid && !local.closing) return true;
    const current = await registry.lead(slug);
    return current?.uid === uid && (await keepTopic(this.#context, current)) !== undefined;
  }

  /** The response topic that a message names was removed while the message was stored: it is made anew. */
  async #askAgain({ client, target, answers, message }: Admission): Promise<void> {
    if (!answers) return;
    const again = await this.#creation.forResponses(client, answers.topic.slug, target.topic);
    const asked = requestMade(message, again.topic);
    const events = asked ? [...again.created, asked] : again.created;
    if (events.length > 0) await this.#context.appender.append(target.topic.partition, ...events);
  }

  #asRefusal(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof AppendError && error.code === 'EVENT_TOO_LARGE')
      return refusals.propertiesTooLarge();
    this.#context.logger.warn({ err: error }, 'a message could not be handed on');
    const known = error instanceof AppendError || error instanceof RegistryError;
    return refusals.unknownOutcome(known ? error.message : 'The message could not be handed on.');
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  const kept: Defined<T> = {};
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) kept[name] = value as Exclude<T[typeof name], undefined>;
  }
  return kept;
}
