import type { Retention, Slug } from '@dasf-broker/protocol';
import type { Topic } from '@dasf-broker/registry';

interface TopicEvent {
  readonly topic: Slug;
  /** Which topic of that name: events of a topic that was deleted and made again carry another one. */
  readonly uid: string;
}

interface UserEvent extends TopicEvent {
  readonly user: string;
}

/** A frame was published and is retained (PUB-2). */
export interface MessagePublished extends UserEvent {
  readonly type: 'message';
  readonly messageId: string;
  /** The client chose the id: a repetition within the de-duplication window is the same message (PUB-8). */
  readonly clientId: boolean;
  /** The rule in force at publishing; it decides for ever (protocol section 8). */
  readonly retention: Retention;
  /** The registry's revision of the topic that the edge judged by. */
  readonly revision: number;
  readonly messageType?: string;
  readonly responseTopic?: string;
  /** Which topic of that name. */
  readonly responseUid?: string;
  readonly sourceTopic?: string;
  readonly requestContext?: string;
  readonly fragment?: number;
  readonly numFragments?: number;
  /** W3C trace context of what is recorded of it. */
  readonly traceparent?: string;
  /** Who acknowledged it elsewhere, before it was imported: it is not owed to them. */
  readonly deliveredTo?: readonly string[];
  /** The frame is in `piece` events, which stand at these sequences before this one; `frame` is empty. */
  readonly pieces?: readonly number[];
  /** The exact bytes to deliver. */
  readonly frame: Uint8Array;
  /** A large frame that is not stored yet, in parts that follow on each other; `frame` is empty. */
  readonly parts?: readonly Uint8Array[];
}

/** A part of a frame that is too large for one event (FRM-3); nothing until a message says that it has it. */
export interface FramePiece extends TopicEvent {
  readonly type: 'piece';
  readonly retention: Retention;
  /** From 1 to `pieces`. */
  readonly ordinal: number;
  readonly pieces: number;
  readonly part: Uint8Array;
}

/** The broker asks the topic's consumers for a sign of life (AVL-3). */
export interface TopicPinged extends TopicEvent {
  readonly type: 'ping';
  readonly messageId: string;
  readonly frame: Uint8Array;
}

/** A consumer answered a ping on its pong connection (AVL-4). */
export interface PongReceived extends UserEvent {
  readonly type: 'pong';
}

/** A module described its functions (AVL-4). */
export interface ApiInfoReceived extends UserEvent {
  readonly type: 'api-info';
  /** JSON */
  readonly apiInfo: string;
}

/** A consumer acknowledged messages that were delivered on its connection (ACK-1). */
export interface MessagesAcknowledged extends UserEvent {
  readonly type: 'ack';
  /** Log sequences in the topic's partition; empty where only the id is known. */
  readonly sequences: readonly number[];
  /** The id as sent, where the edge did not deliver it on this connection. */
  readonly messageId?: string;
}

interface ConnectionEvent extends UserEvent {
  /** The edge process that holds the connection. */
  readonly edge: string;
  /** Unique for ever. */
  readonly connection: string;
}

/** A user with `can_consume` is connected as consumer. */
export interface ConsumerJoined extends ConnectionEvent {
  readonly type: 'joined';
  readonly subscription: string;
}

export interface ConsumerLeft extends ConnectionEvent {
  readonly type: 'left';
}

/** A message that is not stored named this response topic and waits for an answer there (GC-3). */
export interface RequestMade extends UserEvent {
  readonly type: 'asked';
  readonly requestContext: string;
}

/** An answer that is not stored was handed to this response topic (GC-3). */
export interface RequestAnswered extends UserEvent {
  readonly type: 'answered';
  readonly requestContext: string;
  readonly fragment?: number;
  readonly numFragments?: number;
}

/** An edge has been silent for longer than its lease; its connections count as gone (GC-2). */
export interface EdgeGone {
  readonly type: 'edge-gone';
  readonly edge: string;
}

/**
 * What came before these moments is kept no longer; 0: all is. In milliseconds since the epoch, by the log's
 * time.
 */
export interface ContentExpired {
  readonly type: 'expired';
  /** Messages of retention `cache` and `cacheall` (protocol section 8). */
  readonly messagesBefore: number;
  /** Requests without an answer (GC-3). */
  readonly requestsBefore: number;
  /** What operators did. Missing where nothing of that goes. */
  readonly actsBefore?: number;
}

/** How far an import of what another broker held has come: stored in one batch with the last of it. */
export interface ImportProgressed {
  readonly type: 'imported';
  /** Which broker. */
  readonly source: string;
  /** The greatest numbers there of the topics and of the messages that came to this partition; 0: none has. */
  readonly topics: number;
  readonly messages: number;
}

/**
 * A topic's consumers were sent what the log does not hold as a message: outstanding messages on connecting, or
 * a message that is not retained. Counts as a ping (AVL-1).
 */
export interface BacklogSent extends UserEvent {
  readonly type: 'backlog-sent';
}

/** An operator had a message removed; whoever has received it has it. */
export interface MessageRemoved extends TopicEvent {
  readonly type: 'message-removed';
  /** Where the message stands in the partition. */
  readonly sequence: number;
}

/**
 * What an operator is about to do, which is recorded before it is done; and, once more with the same `id` and an
 * `outcome`, what came of it. All of them are in the first partition, so that they have one order.
 */
export interface OperatorAct {
  readonly type: 'operator-act';
  readonly id: string;
  readonly user: string;
  /** Such as `topic-change`. */
  readonly act: string;
  /** The name of the topic that it was done to or on. */
  readonly topic?: string;
  /** What else it was done to: a message, a connection, a service token. */
  readonly target?: string;
  /** `done`, or the code of the fault. */
  readonly outcome?: string;
  /** What was asked for, as JSON; empty where the rest says all. */
  readonly change: string;
}

/** The partition of operators' acts. */
export const ACTS_PARTITION = 0;

/** A topic was created or changed in the registry. */
export interface TopicChanged extends TopicEvent {
  readonly type: 'topic';
  readonly revision: number;
  readonly entry: Topic;
}

export interface TopicDeleted extends TopicEvent {
  readonly type: 'topic-deleted';
}

/** Every fact that the store folds. */
export type LogEvent =
  | MessagePublished
  | FramePiece
  | TopicPinged
  | PongReceived
  | ApiInfoReceived
  | MessagesAcknowledged
  | ConsumerJoined
  | ConsumerLeft
  | RequestMade
  | RequestAnswered
  | EdgeGone
  | ContentExpired
  | ImportProgressed
  | BacklogSent
  | MessageRemoved
  | OperatorAct
  | TopicChanged
  | TopicDeleted;

/** Events of one topic. */
export type TopicLogEvent = Exclude<LogEvent, EdgeGone | ContentExpired | ImportProgressed | OperatorAct>;

export type LogEventType = LogEvent['type'];

/** Events whose frame goes to consumers. */
export type DeliverableEvent = MessagePublished | TopicPinged;

/** The types of events whose frame goes to consumers. */
export const DELIVERABLE: ReadonlySet<LogEventType> = new Set(['message', 'ping']);

export function isDeliverable(event: LogEvent): event is DeliverableEvent {
  return DELIVERABLE.has(event.type);
}

const OF_NO_TOPIC: ReadonlySet<LogEventType> = new Set(['edge-gone', 'expired', 'imported', 'operator-act']);

export function isOfTopic(event: LogEvent): event is TopicLogEvent {
  return !OF_NO_TOPIC.has(event.type);
}
