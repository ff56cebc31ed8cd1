import type { Appender, MessagePublished } from '@dasf-broker/log';
import { parseFrame, publishTimeOf, type Slug, STATUS_PING, stampFrame } from '@dasf-broker/protocol';
import type { MessageDetails } from '@dasf-broker/readmodel';
import { type RegisteredTopic, type TopicRegistry, takeBack } from '@dasf-broker/registry';
import { ApiFault } from '../faults.ts';
import { unknownTopic } from '../topics/permitted.ts';
import { wholeFrame } from './frames.ts';
import type { MessageReader } from './reader.ts';

export interface ResenderPorts {
  readonly registry: Pick<TopicRegistry, 'lead' | 'update'>;
  readonly appender: Pick<Appender, 'append'>;
  readonly messages: MessageReader;
}

/**
 * Sends stored messages again: each as a new message of the same user, kept by the same rule, with an id of its own,
 * so that consumers take it for new. One after the other, since each may be large.
 */
export class Resender {
  readonly #ports: ResenderPorts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: ResenderPorts) {
    this.#ports = ports;
  }

  /**
   * @param messageId that it gets: asked for again with the same one, it is sent once (PUB-8)
   * @throws {ApiFault} `TOPIC_UNKNOWN`, `RESPONSE_TOPIC_GONE`, `MESSAGE_UNKNOWN`
   * @throws {AppendError} where it is not known whether it was sent
   */
  send(message: MessageDetails, messageId: string): Promise<void> {
    const sent = this.#last.then(() => this.#send(message, messageId));
    this.#last = sent.catch(() => {});
    return sent;
  }

  async #send(message: MessageDetails, messageId: string): Promise<void> {
    const { appender } = this.#ports;
    const topic = await this.#topicOf(message);
    await appender.append(topic.partition, await this.#eventOf(message, topic, messageId));
    // What was sent to a topic that is gone reaches nobody.
    await this.#topicOf(message);
  }

  async #eventOf(
    message: MessageDetails,
    topic: RegisteredTopic,
    messageId: string,
  ): Promise<MessagePublished> {
    const frame = parseFrame(await wholeFrame(this.#ports.messages, message));
    const answers = await this.#responseTopicOf(frame.responseTopic, topic);
    const { messageType, responseTopic, sourceTopic, requestContext, fragment, numFragments } = frame;
    const known = { messageType, responseTopic, sourceTopic, requestContext, fragment, numFragments };
    return {
      type: 'message',
      topic: topic.slug,
      uid: topic.uid,
      user: message.user,
      messageId,
      clientId: true,
      retention: message.retention,
      revision: topic.revision,
      ...definedOf({ ...known, responseUid: answers?.uid }),
      // Its own id gives way to the new one.
      frame: stampFrame({ ...frame, messageId: undefined }, messageId, publishTimeOf(Date.now())),
    };
  }

  async #topicOf({ topic: slug, topicUid }: MessageDetails): Promise<RegisteredTopic> {
    const topic = await this.#usable(slug as Slug);
    if (topic?.uid === topicUid) return topic;
    throw unknownTopic(slug);
  }

  /** RSP-3: it is the topic's own, or the message is not sent; what is computed would find nobody. */
  async #responseTopicOf(slug: string | undefined, source: RegisteredTopic) {
    if (slug === undefined || slug === STATUS_PING) return undefined;
    const topic = await this.#usable(slug as Slug);
    if (topic?.responseFor?.uid === source.uid) return topic;
    throw new ApiFault('RESPONSE_TOPIC_GONE', `Topic ${slug}, where answers would go, is gone.`);
  }

  async #usable(slug: Slug): Promise<RegisteredTopic | undefined> {
    const { registry } = this.#ports;
    const topic = await registry.lead(slug);
    return topic && (await takeBack(registry, topic));
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function definedOf<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
