import type { Retention } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';

/** What was published, as the world knows it. */
export interface PublishedMessage {
  /** Stands in the frame. */
  readonly name: string;
  readonly uid: string;
  readonly partition: number;
  /** `undefined` where the log does not hold it. */
  readonly sequence: number | undefined;
  readonly at: number;
  readonly revision: number;
  readonly retention: Retention;
  /** It did not pass live. */
  readonly isLost: boolean;
  readonly isPing: boolean;
}

/** For how long a user could consume a topic, by the registry's leader. */
export interface RightSpan {
  readonly user: string;
  readonly uid: string;
  readonly from: number;
  readonly revision: number;
  until: number;
}

/** What happened to the topics of one name, whatever the edge knows of it. */
export class Truth {
  readonly messages = new Map<string, PublishedMessage>();
  readonly spans: RightSpan[] = [];
  /** Every entry that the leader had, oldest first. */
  readonly topics: RegisteredTopic[] = [];
  current: RegisteredTopic | undefined;

  leaderHas(topic: RegisteredTopic | undefined, users: readonly string[], now: number): void {
    this.current = topic;
    if (topic) this.topics.push(topic);
    for (const user of users) this.#note(user, topic, now);
  }

  /** The right that this user has now. */
  right(user: string): RightSpan | undefined {
    return this.spans.findLast((span) => span.user === user && span.until === Number.POSITIVE_INFINITY);
  }

  /** This user could consume this topic at some moment in between. */
  hadRight(user: string, uid: string, from: number, until: number): boolean {
    return this.spans.some(
      (span) => span.user === user && span.uid === uid && span.from <= until && span.until >= from,
    );
  }

  /** There was a moment in between at which this user could not consume this topic. */
  lackedRight(user: string, uid: string, from: number, until: number): boolean {
    const spans = this.spans.filter((span) => span.user === user && span.uid === uid);
    return !spans.some((span) => span.from <= from && span.until > until);
  }

  #note(user: string, topic: RegisteredTopic | undefined, now: number): void {
    const span = this.right(user);
    const may = topic?.grants.can_consume.includes(user) ?? false;
    if (span && may && span.uid === topic?.uid) return;
    if (span) span.until = now;
    if (!topic || !may) return;
    const { uid, revision } = topic;
    this.spans.push({ user, uid, from: now, revision, until: Number.POSITIVE_INFINITY });
  }
}
