import type {
  ConsumerJoined,
  ContentExpired,
  FramePiece,
  LogRecord,
  MessagePublished,
  OperatorAct,
} from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import type { Topic } from '@dasf-broker/registry';

/** Something happened to a topic; times in milliseconds since the epoch, 0 for never. */
export interface TouchedTopic {
  readonly slug: Slug;
  readonly lastPing: number;
  readonly lastPong: number;
  /** Of what counts as use; a change of the registry's entry does not. */
  readonly lastEvent: number;
  /** The first event of the run, of whatever kind. */
  readonly firstEvent: number;
  readonly apiInfo: string | undefined;
}

export interface ChangedTopic {
  readonly revision: number;
  readonly entry: Topic;
}

interface Acknowledgement {
  readonly uid: string;
  readonly user: string;
  readonly time: number;
}

/** Of the message at a place in the partition. */
export interface PlaceAcknowledgement extends Acknowledgement {
  readonly sequence: number;
}

/** Of those messages before a place that have this id (ACK-6). */
export interface IdAcknowledgement extends Acknowledgement {
  readonly messageId: string;
  readonly before: number;
}

/** What happened to one request on one response topic (GC-3). */
export interface ChangedRequest {
  /** The response topic's. */
  readonly uid: string;
  readonly context: string;
  /** What was known of it before the run is void. */
  readonly forgotten: boolean;
  readonly opened: { readonly sequence: number; readonly time: number } | undefined;
  /** Parts of its answer that came after that. */
  readonly fragments: readonly number[];
  /** As the first of them says. */
  readonly numFragments: number | undefined;
}

/** What came before these moments, and before this place, is kept no longer. */
export interface Expiry {
  readonly sequence: number;
  readonly messagesBefore: number;
  readonly requestsBefore: number;
}

/** That an operator removed. */
export interface RemovedMessage {
  readonly uid: string;
  readonly sequence: number;
}

/** The greatest numbers that came over. */
export interface ImportProgress {
  readonly topics: number;
  readonly messages: number;
}

export interface NewConsumer {
  readonly uid: string;
  readonly user: string;
  readonly time: number;
}

/**
 * What a run of events of one partition does to the read model. Where events of the run undo each other,
 * nothing of them is in here; what is written in the order of these fields is what the events do one by one.
 */
export interface Changes {
  /** When, by uid. Nothing of a deleted topic is in any other field. */
  readonly deletedTopics: Map<string, number>;
  /** By uid: every topic that an event named. */
  readonly touchedTopics: Map<string, TouchedTopic>;
  /** By uid. */
  readonly changedTopics: Map<string, ChangedTopic>;
  /** By sequence. */
  readonly pieces: Map<number, LogRecord<FramePiece>>;
  /** By sequence. */
  readonly messages: Map<number, LogRecord<MessagePublished>>;
  /** By the response topic's uid and the context. */
  readonly requests: Map<string, ChangedRequest>;
  readonly expiries: Expiry[];
  /** By source: how far its import has come in this partition. */
  readonly imports: Map<string, ImportProgress>;
  /** By uid and user. */
  readonly consumers: Map<string, NewConsumer>;
  readonly acknowledgedPlaces: PlaceAcknowledgement[];
  readonly acknowledgedIds: IdAcknowledgement[];
  readonly removedMessages: RemovedMessage[];
  readonly acts: LogRecord<OperatorAct | ContentExpired>[];
  readonly leftConnections: Set<string>;
  /** When, by edge. */
  readonly goneEdges: Map<string, number>;
  /** By connection. */
  readonly joinedConnections: Map<string, LogRecord<ConsumerJoined>>;
}

export function noChanges(): Changes {
  return {
    deletedTopics: new Map(),
    touchedTopics: new Map(),
    changedTopics: new Map(),
    pieces: new Map(),
    messages: new Map(),
    requests: new Map(),
    expiries: [],
    imports: new Map(),
    consumers: new Map(),
    acknowledgedPlaces: [],
    acknowledgedIds: [],
    removedMessages: [],
    acts: [],
    leftConnections: new Set(),
    goneEdges: new Map(),
    joinedConnections: new Map(),
  };
}
