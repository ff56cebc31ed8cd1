import type { Slug } from '@dasf-broker/protocol';
import { topicToken } from '@dasf-broker/registry';
import {
  DELIVERABLE,
  type DeliverableEvent,
  isDeliverable,
  type LogEvent,
  type LogEventType,
} from './events.ts';

/** The names of one installation's streams and subjects, which begin with its namespace. */
export class Subjects {
  readonly namespace: string;

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  stream(partition: number): string {
    return `${this.namespace}-log-${partition}`;
  }

  /** All that a partition's stream stores. */
  partition(partition: number): string {
    return `${this.namespace}.log.${partition}.>`;
  }

  /**
   * Where an event is stored: by its type, so that the server can judge who may write it, and what is delivered by
   * its topic, too.
   */
  stored(partition: number, event: LogEvent): string {
    const subject = this.storedType(partition, event.type);
    return isDeliverable(event) ? `${subject}.${topicToken(event.topic)}` : subject;
  }

  storedType(partition: number, type: LogEventType): string {
    return `${this.namespace}.log.${partition}.${type}`;
  }

  /** Whether a subject is of events of a type, which may be one that this version does not know. */
  isOfType(subject: string, partition: number, type: string): boolean {
    const stored = `${this.namespace}.log.${partition}.${type}`;
    return /^[a-z]+(-[a-z]+)*$/.test(type) && (subject === stored || subject.startsWith(`${stored}.`));
  }

  /** All subjects on which events of a type are stored. */
  allStored(partition: number, type: LogEventType): string {
    return DELIVERABLE.has(type) ? `${this.storedType(partition, type)}.*` : this.storedType(partition, type);
  }

  storedMessages(partition: number, topic: Slug): string {
    return `${this.storedType(partition, 'message')}.${topicToken(topic)}`;
  }

  /** Source and destination of the republishing of what is delivered: only that has a topic in its subject. */
  republish(partition: number): { src: string; dest: string } {
    return {
      src: `${this.namespace}.log.${partition}.*.*`,
      dest: `${this.namespace}.live.${partition}.{{wildcard(1)}}.{{wildcard(2)}}`,
    };
  }

  /** Where a topic's frames of all types pass by, in whichever partition it is or will be. */
  live(topic: Slug): string {
    return `${this.namespace}.live.*.*.${topicToken(topic)}`;
  }

  /** Where a frame passes by. */
  passing(partition: number, { type, topic }: DeliverableEvent): string {
    return `${this.namespace}.live.${partition}.${type}.${topicToken(topic)}`;
  }

  /** Where the frames of all topics pass by; with a partition and a type: those of these. */
  allPassing(partition: number | '*' = '*', type: DeliverableEvent['type'] | '*' = '*'): string {
    return `${this.namespace}.live.${partition}.${type}.*`;
  }

  /** Where a store answers what is outstanding in a partition. */
  backlog(partition: number): string {
    return `${this.namespace}.backlog.${partition}`;
  }

  /** Where a store hands out the pieces of large frames. */
  pieces(partition: number): string {
    return `${this.namespace}.pieces.${partition}`;
  }

  /** Where stores say how far topics go; without a partition: in all of them. */
  announcements(partition?: number): string {
    return `${this.namespace}.announced.${partition ?? '*'}`;
  }

  /** Where the store that holds a partition is asked to clean up. */
  collect(partition: number): string {
    return `${this.namespace}.collect.${partition}`;
  }

  /** Where all edges are asked for their connections. */
  connectionQuestions(): string {
    return `${this.namespace}.connections`;
  }

  /** Where an edge says that it lives. */
  edgeHeartbeat(edge: string): string {
    return `${this.namespace}.edge.${edge}`;
  }
}

/** The partition that a new topic's events go to (FNV-1a over its name). */
export function partitionOf(topic: Slug, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(topic, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % partitions;
}
