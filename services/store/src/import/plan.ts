import { createHash } from 'node:crypto';
import { partitionOf } from '@dasf-broker/log';
import { isSlug, type Slug, STATUS_PING } from '@dasf-broker/protocol';
import { newTopic, type RegisteredTopic, type Topic } from '@dasf-broker/registry';
import type { SourceTopic } from './django/topics.ts';

/** A topic of the other broker and the one that it becomes. */
export interface PlannedTopic {
  readonly from: SourceTopic;
  readonly topic: Topic;
}

export interface LeftOut {
  readonly slug: string;
  readonly reason: string;
}

export interface Plan {
  /** By their numbers there, in the order of these. */
  readonly topics: ReadonlyMap<number, PlannedTopic>;
  readonly leftOut: readonly LeftOut[];
  /** What has to be settled first. */
  readonly faults: readonly string[];
}

export interface PlanOptions {
  /** The other broker. */
  readonly source: string;
  readonly partitions: number;
  /** Names of topics that stay where they are. */
  readonly skip: ReadonlySet<string>;
  /** The topics that there are here. */
  readonly existing: (slug: Slug) => RegisteredTopic | undefined;
  /** The numbers of topics up to which an earlier import came, by partition. */
  readonly imported: (partition: number) => number;
}

/** Stands as creator where the other broker does not know any. */
const CREATOR = 'import';

/** What becomes of each topic. Says the same each time for the same broker: so a second import knows its topics. */
export function planTopics(found: readonly SourceTopic[], options: PlanOptions): Plan {
  const byId = new Map(found.map((topic) => [topic.id, topic]));
  const topics = new Map<number, PlannedTopic>();
  const leftOut: LeftOut[] = [];
  const faults: string[] = [];
  for (const from of found) {
    const { slug } = from;
    const reason = reasonToLeave(from, byId, options.skip);
    if (reason !== undefined) leftOut.push({ slug, reason });
    else if (!isSlug(slug)) faults.push(`${JSON.stringify(slug)} is no name of a topic here.`);
    else {
      const topic = topicOf(from, slug, byId, options);
      const fault = conflictOf(from, topic, options);
      if (fault === undefined) topics.set(from.id, { from, topic });
      else faults.push(fault);
    }
  }
  const unknown = [...options.skip].filter((name) => !found.some(({ slug }) => slug === name));
  faults.push(...unknown.map((name) => `There is no topic ${JSON.stringify(name)} to skip.`));
  return { topics, leftOut, faults };
}

function reasonToLeave(
  topic: SourceTopic,
  byId: ReadonlyMap<number, SourceTopic>,
  skip: ReadonlySet<string>,
): string | undefined {
  if (topic.slug === STATUS_PING) return 'holds what pings were answered with, and can be no topic here';
  if (skip.has(topic.slug)) return 'as you asked';
  const source = topic.responseFor === null ? undefined : byId.get(topic.responseFor);
  if (source && reasonToLeave(source, byId, skip) !== undefined)
    return `takes answers for ${source.slug}, which is left out`;
  return undefined;
}

function topicOf(
  from: SourceTopic,
  slug: Slug,
  byId: ReadonlyMap<number, SourceTopic>,
  { source, partitions }: PlanOptions,
): Topic {
  const asked = from.responseFor === null ? undefined : byId.get(from.responseFor);
  const chosen = {
    slug,
    partition: partitionOf(rootOf(from, byId).slug as Slug, partitions),
    creator: (asked && from.grants.can_consume[0]) ?? CREATOR,
    created: from.created,
    public: from.public,
    supportsDasf: from.supportsDasf,
    retention: from.retention,
    responseFor: asked ? { slug: asked.slug as Slug, uid: uidOf(source, asked) } : null,
    grants: from.grants,
  };
  return newTopic(chosen, uidOf(source, from));
}

/** Answers lie in the partition of what they answer. */
function rootOf(topic: SourceTopic, byId: ReadonlyMap<number, SourceTopic>): SourceTopic {
  const seen = new Set<SourceTopic>();
  let root = topic;
  while (root.responseFor !== null && !seen.has(root)) {
    seen.add(root);
    root = byId.get(root.responseFor) ?? root;
  }
  return root;
}

/** What is there in its place; a topic that came over before may have gone, and been made again, since then. */
function conflictOf({ id }: SourceTopic, topic: Topic, options: PlanOptions): string | undefined {
  const there = options.existing(topic.slug);
  if (!there || there.uid === topic.uid || id <= options.imported(topic.partition)) return undefined;
  return `There is a topic ${topic.slug} here already.`;
}

function uidOf(source: string, { id, slug }: SourceTopic): string {
  const hex = createHash('sha256').update(`${source} ${id} ${slug}`).digest('hex');
  // Version 8: of one's own making.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
