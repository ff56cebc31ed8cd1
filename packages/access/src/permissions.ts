import type { PermissionSet, TopicPermission } from './permission-set.ts';

/**
 * What the decisions below need to know of a topic. Whoever implements this keeps it fresh (PUB-10): a decision
 * is as good as the topic it was asked about.
 */
export interface GuardedTopic {
  readonly slug: string;
  readonly public: boolean;
  /** For a response topic the topic whose answers it takes, else `null`. */
  readonly responseFor: { readonly slug: string; readonly uid: string } | null;
  /** User names by right; stored on the topic. */
  readonly grants: Readonly<Record<TopicPermission, readonly string[]>>;
}

/** A response topic's source. The uid tells it from a later topic of the same name. */
export interface SourceTopic extends GuardedTopic {
  readonly uid: string;
}

/** Who is speaking, and what he brings along. */
export interface Identity {
  readonly user: string;
  readonly permissions: PermissionSet;
  /** When the token ends, in milliseconds since the epoch; absent where there is no token. */
  readonly expiresAt?: number;
  /** The id of the service token that was brought along, itself or by a ticket: it may be revoked (AUT-6). */
  readonly serviceToken?: string;
  /** A ticket let him in, which is used up now. */
  readonly byTicket?: true;
}

/**
 * May this user publish here (PUB-6)? `sourceTopic` is the topic that `topic.responseFor` names, where it still
 * exists: who may read the questions may write the answers (RSP-1).
 */
export function mayProduce(
  identity: Identity,
  topic: GuardedTopic,
  sourceTopic?: SourceTopic | null,
): boolean {
  if (topic.public || holds(identity, 'can_produce', topic)) return true;
  const source = topic.responseFor;
  if (source === null || sourceTopic?.slug !== source.slug || sourceTopic.uid !== source.uid) return false;
  return mayConsume(identity, sourceTopic);
}

/** May this user read this topic's messages? A public topic makes no difference (AUT-8). */
export function mayConsume(identity: Identity, topic: GuardedTopic): boolean {
  return holds(identity, 'can_consume', topic);
}

/** May this user see whether somebody answers on this topic (API-1)? */
export function mayViewStatus(
  identity: Identity,
  topic: GuardedTopic,
  sourceTopic?: SourceTopic | null,
): boolean {
  return (
    holds(identity, 'can_view_status', topic) ||
    mayConsume(identity, topic) ||
    mayProduce(identity, topic, sourceTopic)
  );
}

/** May this user ask a topic's consumers for a sign of life (API-2)? */
export function mayPing(identity: Identity, topic: GuardedTopic, sourceTopic?: SourceTopic | null): boolean {
  return mayProduce(identity, topic, sourceTopic);
}

/** May this user create topics by publishing (PUB-3)? */
export function mayCreateTopics(identity: Identity): boolean {
  return identity.permissions.addTopics;
}

/** May this user operate the broker? On websockets it lets him neither publish nor read (AUT-5). */
export function mayAdminister(identity: Identity): boolean {
  return identity.permissions.administer;
}

function holds(identity: Identity, permission: TopicPermission, topic: GuardedTopic): boolean {
  if (topic.grants[permission].includes(identity.user)) return true;
  const { exact, prefixes } = identity.permissions[permission];
  if (exact.has(topic.slug)) return true;
  // Answers are private: `weather*`, given for the topic weather, must not open weather_k3jd82hs (AUT-5).
  if (permission === 'can_consume' && topic.responseFor !== null) return false;
  return prefixes.some((prefix) => topic.slug.startsWith(prefix));
}
