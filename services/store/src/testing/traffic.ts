import type { LogEvent, MessagePublished } from '@dasf-broker/log';
import { RETENTIONS, type Retention, type Slug } from '@dasf-broker/protocol';
import { eventsOf } from './events.ts';
import { Random } from './random.ts';

const TOPICS = 24;
const USERS = ['ann', 'bob', 'cid', 'dan', 'eve'];
const REMEMBERED = 60;
const PIECES = 3;
const PIECE_BYTES = 700_000;

/** A topic as those who use it see it. */
class Topic {
  readonly uid = crypto.randomUUID();
  readonly slug: Slug;
  readonly retention: Retention;
  readonly make: ReturnType<typeof eventsOf>;
  /** Where its latest messages lie in the log. */
  readonly sequences: number[] = [];
  readonly connections = new Map<string, string>();
  revision = 0;

  constructor(slug: Slug, retention: Retention) {
    this.slug = slug;
    this.retention = retention;
    this.make = eventsOf(this.uid, slug);
  }
}

/**
 * Events of all kinds as edges and stores append them to one partition, again and again the same for a seed, but for
 * names that nobody else has. Topics of all four retentions, acknowledged by place and by id; consumers who come, go
 * and vanish with their edge; rights given and taken; topics deleted, made again and still written to; requests with
 * answers in fragments; frames in pieces, some without a message; what cannot be folded.
 */
export class Traffic {
  readonly #random: Random;
  readonly #partition: number;
  readonly #topics: Topic[];
  readonly #deleted: Topic[] = [];
  #made = 0;
  #edge = 1;
  /** Where the event that is being made comes to lie, but for others who write meanwhile. */
  #sequence = 0;

  constructor(partition: number, seed: number) {
    this.#partition = partition;
    this.#random = new Random(seed * 64 + partition);
    this.#topics = Array.from({ length: TOPICS }, (_, index) => this.#newTopic(index));
  }

  /** At least so many events; @param last where the partition ends */
  next(events: number, last: number): LogEvent[] {
    const made: LogEvent[] = [];
    while (made.length < events) {
      this.#sequence = last + made.length + 1;
      made.push(...this.#some());
    }
    return made;
  }

  #some(): readonly LogEvent[] {
    const topic = this.#random.of(this.#topics);
    if (topic.revision === 0) return [this.#change(topic)];
    const make = this.#random.weighted<(topic: Topic) => readonly LogEvent[]>([
      [440, (of) => [this.#message(of)]],
      [290, (of) => [this.#acknowledge(of)]],
      [70, (of) => [this.#join(of)]],
      [50, (of) => this.#leave(of)],
      [40, (of) => this.#request(of)],
      [60, (of) => [this.#sign(of)]],
      [15, (of) => [this.#change(of)]],
      [4, (of) => [this.#delete(of)]],
      [4, () => this.#late()],
      [2, () => this.#edgeGone()],
      [2, () => this.#expired()],
      [8, (of) => this.#remove(of)],
      [4, (of) => this.#act(of)],
      [2, (of) => [this.#message(of, { deliveredTo: USERS.filter(() => this.#random.below(2) === 0) })]],
      [2, () => [this.#imported()]],
      [1, (of) => this.#large(of)],
      [1, (of) => [of.make.message('unfit', 'never' as Retention)]],
    ]);
    return make(topic);
  }

  #message(topic: Topic, more: Partial<MessagePublished> = {}): LogEvent {
    const { sequences, make, retention } = topic;
    sequences.push(this.#sequence);
    if (sequences.length > REMEMBERED) sequences.shift();
    this.#made += 1;
    const padding = 'x'.repeat(this.#random.below(600));
    // Some ids come again.
    const messageId = `m${this.#made - (this.#random.below(20) === 0 ? 1 : 0)}`;
    const frame = Buffer.from(JSON.stringify({ messageId, padding }));
    return make.message(messageId, retention, { frame, user: this.#random.of(USERS), ...more });
  }

  #acknowledge({ make, sequences }: Topic): LogEvent {
    const user = this.#random.of(USERS);
    if (this.#random.below(12) === 0) return make.ackOfId(user, `m${this.#made - this.#random.below(200)}`);
    const some = Array.from({ length: 1 + this.#random.below(4) }, () => this.#random.of(sequences));
    return make.ack(user, ...some.filter((sequence) => sequence !== undefined));
  }

  #join({ make, connections }: Topic): LogEvent {
    const user = this.#random.of(USERS);
    const connection = crypto.randomUUID();
    const edge = `edge-${this.#partition}-${this.#edge - this.#random.below(2)}`;
    connections.set(connection, edge);
    return make.joined(user, connection, edge);
  }

  #leave({ make, connections }: Topic): readonly LogEvent[] {
    const [first] = connections;
    if (!first) return [];
    const [connection, edge] = first;
    connections.delete(connection);
    return [make.left(this.#random.of(USERS), connection, edge)];
  }

  #request(topic: Topic): readonly LogEvent[] {
    const other = this.#random.of(this.#topics);
    const requestContext = String(this.#random.below(40));
    const asks = { responseTopic: other.slug, responseUid: other.uid, requestContext };
    const answers = { requestContext, messageType: 'response' };
    const numFragments = 3;
    return this.#random.weighted<() => readonly LogEvent[]>([
      [4, () => [this.#message(topic, asks)]],
      [1, () => [this.#message(topic, answers)]],
      [2, () => [this.#message(topic, { ...answers, fragment: this.#random.below(3), numFragments })]],
      [1, () => [topic.make.asked(requestContext)]],
      [1, () => [topic.make.answered(requestContext)]],
    ])();
  }

  #sign({ make, slug, uid }: Topic): LogEvent {
    const user = this.#random.of(USERS);
    const frame = Buffer.from('{}');
    return this.#random.of<LogEvent>([
      make.pong(user),
      make.backlogSent(user),
      make.apiInfo(JSON.stringify({ version: this.#random.below(1000) })),
      { type: 'ping', topic: slug, uid, messageId: crypto.randomUUID(), frame },
    ]);
  }

  #change(topic: Topic): LogEvent {
    topic.revision += 1;
    const some = () => USERS.filter(() => this.#random.below(4) === 0);
    const grants = { can_produce: some(), can_consume: some(), can_view_status: some() };
    return topic.make.changed(topic.revision, { grants, public: this.#random.below(2) === 0 });
  }

  #delete(topic: Topic): LogEvent {
    const index = this.#topics.indexOf(topic);
    this.#topics[index] = this.#newTopic(index);
    this.#deleted.push(topic);
    return topic.make.deleted();
  }

  /** Of a topic that is gone already. */
  #late(): readonly LogEvent[] {
    const topic = this.#deleted.at(-1);
    if (!topic) return [];
    return [this.#random.of([this.#message(topic), this.#join(topic), topic.make.deleted()])];
  }

  #edgeGone(): readonly LogEvent[] {
    this.#edge += 1;
    return [{ type: 'edge-gone', edge: `edge-${this.#partition}-${this.#edge - 2}` }];
  }

  #expired(): readonly LogEvent[] {
    const before = Date.now() - 500 - this.#random.below(3000);
    const requestsBefore = this.#random.below(2) * before;
    const acts = this.#random.below(2) === 0 ? {} : { actsBefore: before };
    return [{ type: 'expired', messagesBefore: before, requestsBefore, ...acts }];
  }

  #remove({ make, sequences }: Topic): readonly LogEvent[] {
    const sequence = this.#random.of(sequences);
    return sequence === undefined ? [] : [make.removed(sequence)];
  }

  #act({ slug }: Topic): readonly LogEvent[] {
    const begun = {
      type: 'operator-act',
      id: crypto.randomUUID(),
      user: 'olga',
      act: 'topic-change',
    } as const;
    const event = { ...begun, topic: slug, change: '{}' };
    return this.#random.below(3) === 0 ? [event] : [event, { ...event, outcome: 'done' }];
  }

  #imported(): LogEvent {
    const [topics, messages] = [this.#random.below(1000), this.#made];
    return { type: 'imported', source: this.#random.of(['a', 'b']), topics, messages };
  }

  #large(topic: Topic): readonly LogEvent[] {
    if (this.#random.below(8) > 0) return [];
    const part = Buffer.alloc(PIECE_BYTES, this.#made);
    const events = Array.from({ length: PIECES }, (_, index) =>
      topic.make.piece(index + 1, PIECES, topic.retention, part),
    );
    // An edge that was killed stored no message for them.
    if (this.#random.below(4) === 0) return events;
    const pieces = events.map((_, index) => this.#sequence + index);
    this.#sequence += PIECES;
    return [...events, this.#message(topic, { pieces, frame: Buffer.alloc(0) })];
  }

  #newTopic(index: number): Topic {
    return new Topic(
      `t${this.#partition}-${index}` as Slug,
      RETENTIONS[index % RETENTIONS.length] ?? 'cache',
    );
  }
}
