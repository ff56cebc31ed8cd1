import { isRetention, isSlug, type Retention, type Slug } from '@dasf-broker/protocol';

/** The rights that are stored on a topic, by the names that DASF installations know (AUT-5). */
export const GRANTS = ['can_produce', 'can_consume', 'can_view_status'] as const;

export type Grant = (typeof GRANTS)[number];

/** Names a topic and which one of that name: a topic that is made again has another uid. */
export interface TopicReference {
  readonly slug: Slug;
  readonly uid: string;
}

/** A registry entry: which topic exists and who may use it now. */
export interface Topic extends TopicReference {
  /** The log partition that holds its events; fixed at creation. */
  readonly partition: number;
  /** Anyone may produce and see its status (AUT-8). */
  readonly public: boolean;
  /** Its consumers answer pings (AVL-2). */
  readonly supportsDasf: boolean;
  /** The topic's own rule; `null`: the installation's default. */
  readonly retention: Retention | null;
  /** The topic whose requests are answered here; `null`: an ordinary topic (RSP-1). */
  readonly responseFor: TopicReference | null;
  readonly creator: string;
  /** RFC 3339 */
  readonly created: string;
  /** Users by right. */
  readonly grants: Readonly<Record<Grant, readonly string[]>>;
  /** About to be removed, as nobody seems to use it. Whoever does sets it back first, which ends the removal. */
  readonly closing?: true;
}

/** Whether it is a whole entry of the registry: what others rely on is there. */
export function isTopic(value: unknown): value is Topic {
  const topic = (value ?? {}) as Partial<Topic>;
  const { partition, retention, responseFor, grants } = topic;
  return (
    isReference(value) &&
    Number.isSafeInteger(partition) &&
    typeof topic.public === 'boolean' &&
    typeof topic.supportsDasf === 'boolean' &&
    (retention === null || isRetention(`${retention}`)) &&
    (responseFor === null || isReference(responseFor)) &&
    typeof topic.creator === 'string' &&
    GRANTS.every((grant) => areUsers(grants?.[grant]))
  );
}

function isReference(value: unknown): value is TopicReference {
  const { slug, uid } = (value ?? {}) as Partial<TopicReference>;
  return typeof slug === 'string' && isSlug(slug) && typeof uid === 'string';
}

function areUsers(users: unknown): boolean {
  return Array.isArray(users) && users.every((user) => typeof user === 'string');
}

/** A topic as the registry holds it; `revision` grows with every change of any topic. */
export interface RegisteredTopic extends Topic {
  readonly revision: number;
}

/** A topic as its first event describes it. */
export function newTopic(
  chosen: Pick<Topic, 'slug' | 'partition' | 'creator'> & Partial<Topic>,
  uid: string = crypto.randomUUID(),
): Topic {
  return {
    public: false,
    supportsDasf: true,
    retention: null,
    responseFor: null,
    created: new Date().toISOString(),
    grants: { can_produce: [], can_consume: [], can_view_status: [] },
    ...chosen,
    uid,
  };
}

/** The topic with a right given to a user; the same object where nothing changes. */
export function withGrant<T extends Topic>(topic: T, grant: Grant, user: string): T {
  if (topic.grants[grant].includes(user)) return topic;
  return { ...topic, grants: { ...topic.grants, [grant]: [...topic.grants[grant], user] } };
}

/** The topic with a right taken from a user; the same object where nothing changes. */
export function withoutGrant<T extends Topic>(topic: T, grant: Grant, user: string): T {
  if (!topic.grants[grant].includes(user)) return topic;
  const users = topic.grants[grant].filter((holder) => holder !== user);
  return { ...topic, grants: { ...topic.grants, [grant]: users } };
}

/** The topic about to be removed; the same object where it is. */
export function closing<T extends Topic>(topic: T): T {
  return topic.closing ? topic : { ...topic, closing: true };
}

/** The topic in use again; the same object where it is. */
export function reopened<T extends Topic>(topic: T): T {
  if (!topic.closing) return topic;
  const { closing: _, ...open } = topic;
  return open as T;
}
