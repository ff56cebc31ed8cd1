import type { Slug } from '@dasf-broker/protocol';
import { topicToken } from '@dasf-broker/registry';
import { isDeliverable, type LogEvent } from './events.ts';

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

  /** Where an event is stored: by topic what is delivered, by type all else, so that subjects stay few. */
  stored(partition: number, event: LogEvent): string {
    const prefix = `${this.namespace}.log.${partition}`;
    return isDeliverable(event) ? `${prefix}.message.${topicToken(event.topic)}` : `${prefix}.${event.type}`;
  }

  storedMessages(partition: number, topic: Slug): string {
    return `${this.namespace}.log.${partition}.message.${topicToken(topic)}`;
  }

  /** Source and destination of the republishing of what is stored. */
  republish(partition: number): { src: string; dest: string } {
    return {
      src: `${this.namespace}.log.${partition}.message.>`,
      dest: `${this.namespace}.live.${partition}.message.>`,
    };
  }

  /** Where a topic's frames pass by; without a partition: in whichever partition it is or will be. */
  live(topic: Slug, partition?: number): string {
    return `${this.namespace}.live.${partition ?? '*'}.message.${topicToken(topic)}`;
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
