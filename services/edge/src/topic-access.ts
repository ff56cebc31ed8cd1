import { type Identity, mayConsume, mayProduce } from '@dasf-broker/access';
import type { Slug } from '@dasf-broker/protocol';
import type { RegisteredTopic, TopicRegistry } from '@dasf-broker/registry';

/**
 * Decides by the local copy of the registry what it allows, and asks the leader before it denies: a module
 * on another edge answers a response topic milliseconds after it was made (PUB-10).
 */
export class TopicAccess {
  readonly #registry: Pick<TopicRegistry, 'get' | 'isStale' | 'lead'>;

  constructor(registry: Pick<TopicRegistry, 'get' | 'isStale' | 'lead'>) {
    this.#registry = registry;
  }

  /** The topic, where it exists. */
  async find(slug: Slug): Promise<RegisteredTopic | undefined> {
    return this.#local(slug) ?? (await this.#registry.lead(slug));
  }

  /** The topic, where the copy alone says that the user may publish to it and that nothing is about to remove it. */
  atHandForProducing(identity: Identity, slug: Slug): RegisteredTopic | undefined {
    const local = this.#local(slug);
    const isAllowed = local && !local.closing && mayProduce(identity, local, this.#sourceOf(local));
    return isAllowed ? local : undefined;
  }

  /** The topic and whether the user may publish to it; `undefined` where there is no such topic. */
  async forProducing(
    identity: Identity,
    slug: Slug,
  ): Promise<{ topic: RegisteredTopic; allowed: boolean } | undefined> {
    const local = this.#local(slug);
    if (local && mayProduce(identity, local, this.#sourceOf(local))) return { topic: local, allowed: true };
    const topic = await this.#registry.lead(slug);
    if (!topic) return undefined;
    if (topic.responseFor) await this.#registry.lead(topic.responseFor.slug);
    return { topic, allowed: mayProduce(identity, topic, this.#sourceOf(topic)) };
  }

  /** The topic, where it exists and the user may consume it. */
  async forConsuming(identity: Identity, slug: Slug): Promise<RegisteredTopic | undefined> {
    const local = this.#local(slug);
    if (local && mayConsume(identity, local)) return local;
    const topic = await this.#registry.lead(slug);
    return topic && mayConsume(identity, topic) ? topic : undefined;
  }

  /** What the copy says, unless it is too old to decide by. */
  #local(slug: Slug): RegisteredTopic | undefined {
    return this.#registry.isStale ? undefined : this.#registry.get(slug);
  }

  #sourceOf(topic: RegisteredTopic): RegisteredTopic | undefined {
    return topic.responseFor ? this.#registry.get(topic.responseFor.slug) : undefined;
  }
}
