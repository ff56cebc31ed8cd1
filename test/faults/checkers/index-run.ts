import type {
  Acknowledged,
  Answered,
  Delivered,
  HistoryRecord,
  Opened,
  Published,
  RunRecord,
  StoredMessage,
  TopicUnderTest,
} from '../history/records.ts';

/** What a checker found to be wrong, in words that name what it is about. */
export interface Violation {
  readonly checker: string;
  readonly what: string;
}

/** One connection of a consumer and what came on it, in the order in which it came. */
export interface ConsumerConnection {
  readonly opened: Opened;
  readonly closedAt: number | undefined;
  readonly isFinal: boolean;
  readonly delivered: readonly Delivered[];
}

/** A run's records, looked up by what checkers ask for. */
export interface IndexedRun extends RunRecord {
  /** First attempts by id, in the order in which they were made. */
  readonly attempts: ReadonlyMap<string, Published>;
  readonly answers: readonly Answered[];
  /** Ids that were answered `ok`. */
  readonly ok: ReadonlySet<string>;
  readonly acks: ReadonlyMap<string, readonly Acknowledged[]>;
  readonly connections: readonly ConsumerConnection[];
  /** Of each topic, messages by id; where an id is there twice, the first. */
  readonly stored: ReadonlyMap<string, ReadonlyMap<string, StoredMessage>>;
  readonly topicOf: ReadonlyMap<string, TopicUnderTest>;
}

export function indexRun(run: RunRecord): IndexedRun {
  const publishes = of(run, 'publish');
  const answers = of(run, 'answer');
  const attempts = new Map<string, Published>();
  for (const publish of publishes) if (!attempts.has(publish.id)) attempts.set(publish.id, publish);
  const stored = new Map<string, Map<string, StoredMessage>>();
  for (const message of run.log) {
    const ofTopic = stored.get(message.topic) ?? new Map<string, StoredMessage>();
    stored.set(message.topic, ofTopic);
    if (!ofTopic.has(message.id)) ofTopic.set(message.id, message);
  }
  return {
    ...run,
    attempts,
    answers,
    ok: new Set(answers.filter(({ outcome }) => outcome === 'ok').map(({ id }) => id)),
    acks: Map.groupBy(of(run, 'ack'), ({ id }) => id),
    connections: connectionsOf(run),
    stored,
    topicOf: new Map(run.topics.map((topic) => [topic.name, topic])),
  };
}

export function of<Op extends HistoryRecord['op']>(
  run: Pick<RunRecord, 'history'>,
  op: Op,
): Extract<HistoryRecord, { op: Op }>[] {
  return run.history.filter((record) => record.op === op) as Extract<HistoryRecord, { op: Op }>[];
}

/** Who else or which other time makes an acknowledgement count for this user, by the topic's retention. */
export function isAcknowledged(
  { acks, topicOf }: IndexedRun,
  { topic, id }: { topic: string; id: string },
  user: string,
  before = Number.POSITIVE_INFINITY,
): boolean {
  const anyone = topicOf.get(topic)?.retention === 'cache';
  return (acks.get(id) ?? []).some((ack) => ack.t < before && (anyone || ack.user === user));
}

function connectionsOf(run: RunRecord): ConsumerConnection[] {
  const closed = new Map(of(run, 'close').map(({ connection, t }) => [connection, t]));
  const final = new Set(of(run, 'final').map(({ connection }) => connection));
  const delivered = Map.groupBy(of(run, 'deliver'), ({ connection }) => connection);
  return of(run, 'open').map((opened) => ({
    opened,
    closedAt: closed.get(opened.connection),
    isFinal: final.has(opened.connection),
    delivered: delivered.get(opened.connection) ?? [],
  }));
}
