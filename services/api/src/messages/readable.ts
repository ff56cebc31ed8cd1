import { type Identity, mayAdminister, mayConsume } from '@dasf-broker/access';
import { isSlug } from '@dasf-broker/protocol';
import type { MessageDetails, MessageQuery, MessageSummary } from '@dasf-broker/readmodel';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { ApiFault, refusal } from '../faults.ts';
import { permittedTopic, type TopicLookup, unknownTopic } from '../topics/permitted.ts';
import { placeOf } from './places.ts';
import type { MessageReader } from './reader.ts';
import type { MessageQueryString } from './schemas.ts';

/**
 * Who may read which messages: operators all of them, others those of a topic that they may consume. To these,
 * what does not exist and what is not theirs look the same.
 */
export class ReadableMessages {
  readonly #registry: TopicLookup;
  readonly #reader: MessageReader;

  constructor(registry: TopicLookup, reader: MessageReader) {
    this.#registry = registry;
    this.#reader = reader;
  }

  /** @throws {ApiFault} */
  async scope(
    identity: Identity,
    { topic, user }: MessageQueryString,
  ): Promise<Pick<MessageQuery, 'topicUid' | 'user'>> {
    if (mayAdminister(identity)) {
      return { topicUid: topic === undefined ? undefined : (await this.#known(topic)).uid, user };
    }
    // Who published what is the operators' to know.
    if (topic === undefined || (user !== undefined && user !== identity.user)) throw refusal(identity);
    return { topicUid: (await this.#consumable(identity, topic)).uid, user };
  }

  /** @throws {ApiFault} */
  async message(identity: Identity, id: string): Promise<MessageDetails> {
    const place = placeOf(id);
    const found = place && (await this.#reader.message(place.partition, place.sequence));
    if (mayAdminister(identity)) {
      if (found) return found;
      throw new ApiFault('MESSAGE_UNKNOWN', 'There is no such message; it may have been acknowledged.');
    }
    if (!found || (await this.#consumable(identity, found.topic)).uid !== found.topicUid)
      throw refusal(identity);
    return found;
  }

  /** Without the names of others, where the user is no operator. */
  shownTo<T extends MessageSummary>(
    identity: Identity,
    message: T,
  ): Omit<T, 'user'> & { user: string | null } {
    const isTold = mayAdminister(identity) || message.user === identity.user;
    return { ...message, user: isTold ? message.user : null };
  }

  async #known(name: string): Promise<RegisteredTopic> {
    const topic = isSlug(name) ? await this.#registry.lead(name) : undefined;
    if (topic) return topic;
    throw unknownTopic(name);
  }

  async #consumable(identity: Identity, name: string): Promise<RegisteredTopic> {
    try {
      return await permittedTopic(this.#registry, identity, name, mayConsume);
    } catch (error) {
      throw error instanceof ApiFault ? refusal(identity) : error;
    }
  }
}
