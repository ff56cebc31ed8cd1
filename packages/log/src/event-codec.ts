import { isSlug } from '@dasf-broker/protocol';
import type { MsgHdrs } from '@nats-io/transport-node';
import { AsciiHeaders } from './ascii-headers.ts';
import { isOfTopic, type LogEvent, type LogEventType } from './events.ts';

/** Holds an event but for its body, as ASCII JSON. */
export const EVENT_HEADER = 'Dasf-Event';

/** An event that cannot be read; it is kept as a dead event, never skipped in silence. */
export class EventError extends Error {
  readonly code = 'EVENT_UNREADABLE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EventError';
  }
}

/** An event of a type that this version does not know, as a newer one may write it. */
export class UnknownEventType extends EventError {
  readonly type: string;

  constructor(type: string) {
    super(`Event type ${JSON.stringify(type)} is unknown.`);
    this.name = 'UnknownEventType';
    this.type = type;
  }
}

/** An event as it goes to NATS. */
export interface EncodedEvent {
  readonly headers: AsciiHeaders;
  readonly body: Uint8Array;
}

type FieldKind = 'string' | 'number' | 'boolean' | 'sequences' | 'users';

/** The fields that an event of each type must have besides `type`; the body is checked apart. */
const REQUIRED: Readonly<Record<LogEventType, Readonly<Record<string, FieldKind>>>> = {
  message: {
    uid: 'string',
    user: 'string',
    messageId: 'string',
    clientId: 'boolean',
    retention: 'string',
    revision: 'number',
  },
  piece: { uid: 'string', retention: 'string', ordinal: 'number', pieces: 'number' },
  ping: { uid: 'string', messageId: 'string' },
  pong: { uid: 'string', user: 'string' },
  'api-info': { uid: 'string', user: 'string' },
  ack: { uid: 'string', user: 'string', sequences: 'sequences' },
  joined: { uid: 'string', user: 'string', edge: 'string', connection: 'string', subscription: 'string' },
  left: { uid: 'string', user: 'string', edge: 'string', connection: 'string' },
  asked: { uid: 'string', user: 'string', requestContext: 'string' },
  answered: { uid: 'string', user: 'string', requestContext: 'string' },
  'edge-gone': { edge: 'string' },
  expired: { messagesBefore: 'number', requestsBefore: 'number' },
  imported: { source: 'string', topics: 'number', messages: 'number' },
  'backlog-sent': { uid: 'string', user: 'string' },
  'message-removed': { uid: 'string', sequence: 'number' },
  'operator-act': { id: 'string', user: 'string', act: 'string' },
  topic: { uid: 'string', revision: 'number' },
  'topic-deleted': { uid: 'string' },
};

/** Those that they may have, where others rely on what is in them. */
const OPTIONAL: Partial<typeof REQUIRED> = {
  message: { pieces: 'sequences', deliveredTo: 'users', traceparent: 'string' },
  expired: { actsBefore: 'number' },
  'operator-act': { topic: 'string', target: 'string', outcome: 'string' },
};

type FieldRule = readonly [name: string, kind: FieldKind, isRequired: boolean];

/** Of both, for each type: events are read by the thousands a second. */
const FIELDS = Object.fromEntries(
  Object.entries(REQUIRED).map(([type, required]) => [
    type,
    [
      ...Object.entries(required).map(([name, kind]): FieldRule => [name, kind, true]),
      ...Object.entries(OPTIONAL[type as LogEventType] ?? {}).map(
        ([name, kind]): FieldRule => [name, kind, false],
      ),
    ],
  ]),
) as unknown as Readonly<Record<LogEventType, readonly FieldRule[]>>;

const NO_BODY = new Uint8Array(0);
const text = new TextDecoder();
const bytes = new TextEncoder();

export function encodeEvent(event: LogEvent): EncodedEvent {
  const { head, body } = split(event);
  const encoded = new AsciiHeaders();
  encoded.set(EVENT_HEADER, asciiJson(head));
  return { headers: encoded, body };
}

/**
 * @throws {EventError} where header or body are not what `encodeEvent` makes
 */
export function decodeEvent(encoded: Pick<MsgHdrs, 'get'> | undefined, body: Uint8Array): LogEvent {
  const head = parseHead(encoded?.get(EVENT_HEADER) ?? '');
  const { type } = head;
  if (typeof type !== 'string') throw new EventError(`Event type ${JSON.stringify(type)} is no name.`);
  if (!isEventType(type)) throw new UnknownEventType(type);
  for (const [name, kind, isRequired] of FIELDS[type]) {
    if (isRequired || head[name] !== undefined) checkKind(type, head, name, kind);
  }
  const { topic } = head;
  if (isOfTopic(head as unknown as LogEvent) && !(typeof topic === 'string' && isSlug(topic))) {
    throw new EventError(`Field topic of a ${type} event is no topic name.`);
  }
  return join(type, head, body);
}

function isEventType(type: string): type is LogEventType {
  return Object.hasOwn(REQUIRED, type);
}

function split(event: LogEvent): { head: object; body: Uint8Array } {
  switch (event.type) {
    case 'message': {
      const { frame, parts, ...head } = event;
      if (parts) throw new EventError('A frame in parts has to be stored in pieces.');
      return { head, body: frame };
    }
    case 'ping': {
      const { frame, ...head } = event;
      return { head, body: frame };
    }
    case 'piece': {
      const { part, ...head } = event;
      return { head, body: part };
    }
    case 'api-info': {
      const { apiInfo, ...head } = event;
      return { head, body: bytes.encode(apiInfo) };
    }
    case 'operator-act': {
      const { change, ...head } = event;
      return { head, body: bytes.encode(change) };
    }
    case 'topic': {
      const { entry, ...head } = event;
      return { head, body: bytes.encode(JSON.stringify(entry)) };
    }
    default:
      return { head: event, body: NO_BODY };
  }
}

function join(type: LogEventType, head: Readonly<Record<string, unknown>>, body: Uint8Array): LogEvent {
  switch (type) {
    case 'message':
    case 'ping':
      return { ...head, frame: body } as LogEvent;
    case 'piece':
      return { ...head, part: body } as LogEvent;
    case 'api-info':
      return { ...head, apiInfo: text.decode(body) } as LogEvent;
    case 'operator-act':
      return { ...head, change: text.decode(body) } as LogEvent;
    case 'topic':
      return { ...head, entry: parseBody(body) } as unknown as LogEvent;
    default:
      return head as unknown as LogEvent;
  }
}

function parseHead(json: string): Record<string, unknown> {
  return parseObject(json, `Header ${EVENT_HEADER}`);
}

function parseBody(body: Uint8Array): Record<string, unknown> {
  return parseObject(text.decode(body), 'The body of a topic event');
}

function parseObject(json: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new EventError(`${what} is not JSON.`, { cause });
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new EventError(`${what} is no object.`);
}

function checkKind(
  type: LogEventType,
  head: Readonly<Record<string, unknown>>,
  name: string,
  kind: FieldKind,
) {
  if (!isOfKind(head[name], kind)) throw new EventError(`Field ${name} of a ${type} event is not a ${kind}.`);
}

function isOfKind(value: unknown, kind: FieldKind): boolean {
  if (kind === 'sequences') return Array.isArray(value) && value.every(Number.isSafeInteger);
  if (kind === 'users') return Array.isArray(value) && value.every((user) => typeof user === 'string');
  // A number that is too large to be one is read as infinite.
  return typeof value === kind && (kind !== 'number' || Number.isFinite(value));
}

/** NATS headers are lines; what is not printable ASCII is escaped as JSON allows. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
