import { type Appender, partitionOf } from '@dasf-broker/log';
import { isSlug, type Slug } from '@dasf-broker/protocol';
import { newTopic, type RegisteredTopic, type Topic, type TopicRegistry } from '@dasf-broker/registry';
import { ApiFault } from '../faults.ts';
import { patched } from './patch.ts';
import type { NewTopicBody, TopicPatchBody } from './schemas.ts';

export interface AdministrationPorts {
  readonly registry: Pick<TopicRegistry, 'create' | 'update' | 'remove' | 'topics'>;
  readonly appender: Pick<Appender, 'append'>;
  readonly partitions: number;
}

/**
 * Changes of topics by operators. The registry decides, so a change is in force when the registry has it; the event
 * that follows is what the read model learns it from. Each change can be repeated: should the event get lost, the
 * repetition writes it again.
 */
export class Administration {
  readonly #ports: AdministrationPorts;

  constructor(ports: AdministrationPorts) {
    this.#ports = ports;
  }

  /**
   * @throws {ApiFault} `REQUEST_INVALID`
   * @throws {RegistryError} `TOPIC_EXISTS`, `REGISTRY_UNREACHABLE`
   * @throws {AppendError} the topic is there, but not recorded
   */
  async create({ name, ...patch }: NewTopicBody, creator: string): Promise<RegisteredTopic> {
    if (!isSlug(name)) {
      throw new ApiFault('REQUEST_INVALID', 'A topic name has 1 to 255 letters, digits, "-" and "_".');
    }
    const partition = partitionOf(name, this.#ports.partitions);
    return this.#record(
      await this.#ports.registry.create(patched(newTopic({ slug: name, partition, creator }), patch)),
    );
  }

  /**
   * @throws {ApiFault} `REQUEST_INVALID`
   * @throws {RegistryError} `TOPIC_MISSING`, `REGISTRY_CONTENDED`, `REGISTRY_UNREACHABLE`
   * @throws {AppendError} the change is in force, but not recorded
   */
  async update(slug: Slug, patch: TopicPatchBody): Promise<RegisteredTopic> {
    return this.#record(await this.#ports.registry.update(slug, (topic) => patched<Topic>(topic, patch)));
  }

  /**
   * Deletes a topic and its response topics (RSP-5).
   *
   * @throws {RegistryError} `TOPIC_MISSING`, `REGISTRY_UNREACHABLE`
   * @throws {AppendError} the topic is gone, but that is not recorded
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
    await this.#ports.appender.append(partition, { type: 'topic', topic: slug, uid, revision, entry });
    return topic;
  }

  #recordRemoval({ slug, uid, partition }: RegisteredTopic): Promise<void> {
    return this.#ports.appender.append(partition, { type: 'topic-deleted', topic: slug, uid });
  }
}

/** Somebody else removed it in the meantime: so be it. */
function passed(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'TOPIC_MISSING') return undefined;
  throw error;
}
