import type { ServiceKind } from '../stack/service.ts';

/** What a client can know of a publish: stored, not stored, or unknown. */
export type Outcome = 'ok' | 'fail' | 'info';

interface At {
  /** Milliseconds since the run began. */
  readonly t: number;
}

/** A frame is sent, for the first time or once more. */
export interface Published extends At {
  readonly op: 'publish';
  /** The producer; its sends are numbered. */
  readonly proc: string;
  readonly connection: string;
  readonly topic: string;
  readonly user: string;
  readonly id: string;
  readonly attempt: number;
  readonly hash: string;
}

export interface Answered extends At {
  readonly op: 'answer';
  readonly proc: string;
  readonly connection: string;
  readonly topic: string;
  readonly id: string;
  readonly outcome: Outcome;
  readonly why?: string;
}

/** A consumer's handshake was completed. */
export interface Opened extends At {
  readonly op: 'open';
  readonly connection: string;
  readonly topic: string;
  readonly user: string;
}

export interface Closed extends At {
  readonly op: 'close';
  readonly connection: string;
  readonly code: number;
}

export interface Delivered extends At {
  readonly op: 'deliver';
  readonly connection: string;
  readonly topic: string;
  readonly user: string;
  readonly id: string;
  readonly hash: string;
}

export interface Acknowledged extends At {
  readonly op: 'ack';
  readonly connection: string;
  readonly topic: string;
  readonly user: string;
  readonly id: string;
}

/** An operator gives or takes the right to consume. */
export interface RightChanged extends At {
  readonly op: 'right';
  readonly phase: 'asked' | 'answered';
  readonly topic: string;
  readonly user: string;
  readonly granted: boolean;
  readonly outcome?: Outcome;
}

/** Where a partition's cursor stood, and after that the end of its log. */
export interface CursorSeen extends At {
  readonly op: 'cursor';
  readonly partition: number;
  readonly seq: number;
  readonly ownerEpoch: number;
  readonly last: number;
}

/** What the nemesis did. `healed`: from now on everything is to work again. */
export interface FaultNoted extends At {
  readonly op: 'fault';
  readonly what: string;
  readonly healed?: boolean;
  /** The database is an older one from here on. */
  readonly setsBack?: boolean;
  /** Until it is healed, a log is not the one that it should be: what is seen of it says nothing. */
  readonly spoilsLog?: boolean;
}

/** A final consumer of each reader is asked for from here on: what nobody acknowledged must come to it. */
export interface FinalOpened extends At {
  readonly op: 'final';
  readonly connection: string;
  readonly topic: string;
  readonly user: string;
}

/** A service says whether it is ready, and why not, where that is something else than before. */
export interface ReadinessSeen extends At {
  readonly op: 'readiness';
  readonly kind: ServiceKind;
  readonly service: string;
  readonly state: 'ready' | 'unready' | 'silent';
  /** What it says of each thing that it needs. */
  readonly says: string;
}

export type HistoryRecord =
  | Published
  | Answered
  | Opened
  | Closed
  | Delivered
  | Acknowledged
  | RightChanged
  | CursorSeen
  | FaultNoted
  | FinalOpened
  | ReadinessSeen;

/** A message as the log holds it in the end. */
export interface StoredMessage {
  readonly partition: number;
  readonly seq: number;
  readonly topic: string;
  readonly uid: string;
  readonly user: string;
  readonly id: string;
}

export interface TopicUnderTest {
  readonly name: string;
  readonly retention: 'cache' | 'cacheall' | 'store';
  /** Who may consume all the time, and does. */
  readonly readers: readonly string[];
}

/** What at least one service of this kind says while a fault lasts. */
export interface Announced extends Pick<ReadinessSeen, 'kind' | 'state'> {
  readonly says: RegExp;
}

/** All that the checkers know of a run. */
export interface RunRecord {
  readonly topics: readonly TopicUnderTest[];
  readonly history: readonly HistoryRecord[];
  readonly log: readonly StoredMessage[];
  readonly announced?: readonly Announced[];
}

type WithoutTime<R> = R extends HistoryRecord ? Omit<R, 't'> : never;
export type NewRecord = WithoutTime<HistoryRecord>;
