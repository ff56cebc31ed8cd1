import {
  AppendError,
  type Appender,
  partitionOf,
  type TopicChanged,
  type TopicDeleted,
} from '@dasf-broker/log';
import { isSlug, type Slug } from '@dasf-broker/protocol';
import { newTopic, type RegisteredTopic, type Topic, type TopicRegistry } from '@dasf-broker/registry';
import type { Logger } from '@dasf-broker/telemetry';
import { ApiFault } from '../faults.ts';
import { patched } from './patch.ts';
import type { NewTopicBody, TopicPatchBody } from './schemas.ts';

export interface AdministrationPorts {
  readonly registry: Pick<TopicRegistry, 'create' | 'update' | 'remove' | 'topics'>;
  readonly appender: Pick<Appender, 'append'>;
  readonly partitions: number;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Changes of topics by operators. The registry decides, so a change is in force when the registry has it; the event
 * that follows is what the read model learns it from. Should the log be away just then, the change still stands: the
 * store compares registry and read model, and appends what was left out.
 */
export class Administration {
  readonly #ports: AdministrationPorts;

  constructor(ports: AdministrationPorts) {
    this.#ports = ports;
  }

  /**
   * @throws {ApiFault} `REQUEST_INVALID`
   * @throws {RegistryError} `TOPIC_EXISTS`, `REGISTRY_UNREACHABLE`
   */
  async create({ name, ...patch }: NewTopicBody, creator: string): Promise<RegisteredTopic> {
    if (!isSlug(name)) {
      throw new ApiFault(
        'REQUEST_INVALID',
        'A topic name has 1 to 255 letters and digits (of any script), "-" and "_".',
      );
    }
    const partition = partitionOf(name, this.#ports.partitions);
    return this.#record(
      await this.#ports.registry.create(patched(newTopic({ slug: name, partition, creator }), patch)),
    );
  }

  /**
   * @throws {ApiFault} `REQUEST_INVALID`
   * @throws {RegistryError} `TOPIC_MISSING`, `REGISTRY_CONTENDED`, `REGISTRY_UNREACHABLE`
   */
  async update(slug: Slug, patch: TopicPatchBody): Promise<RegisteredTopic> {
    return this.#record(await this.#ports.registry.update(slug, (topic) => patched<Topic>(topic, patch)));
  }

  /**
   * Deletes a topic and its response topics (RSP-5).
   *
   * @throws {RegistryError} `TOPIC_MISSING`, `REGISTRY_UNREACHABLE`
   */
  async remove(slug: Slug): Promise<RegisteredTopic> {
    const removed = await this.#ports.registry.remove(slug);
    const answers = [...this.#ports.registry.topics()].filter(
      ({ responseFor }) => responseFor?.uid === removed.uid,
    );
    const gone = await Promise.all(
      answers.map(({ slug, uid }) => this.#ports.registry.remove(slug, uid).catch(passed)),
    );
    await Promise.all([removed, ...gone].map((topic) => topic && this.#recordRemoval(topic)));
    return removed;
  }

  async #record(topic: RegisteredTopic): Promise<RegisteredTopic> {
    const { revision, ...entry } = topic;
    const { slug, uid, partition } = entry;
    await this.#append(partition, { type: 'topic', topic: slug, uid, revision, entry });
    return topic;
  }

  #recordRemoval({ slug, uid, partition }: RegisteredTopic): Promise<void> {
    return this.#append(partition, { type: 'topic-deleted', topic: slug, uid });
  }

  async #append(partition: number, event: TopicChanged | TopicDeleted): Promise<void> {
    try {
      await this.#ports.appender.append(partition, event);
    } catch (error) {
      if (!(error instanceof AppendError)) throw error;
      this.#ports.logger.warn(
        { err: error, topic: event.topic },
        'a change of a topic is not in the log yet',
      );
    }
  }
}

/** Somebody else removed it in the meantime: so be it. */
function passed(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'TOPIC_MISSING') return undefined;
  throw error;
}
