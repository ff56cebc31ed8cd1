import { jsonMembers, type Member } from './json-members.ts';
import { isMessageId, isSlug, type Slug, STATUS_PING } from './names.ts';
import { refusals } from './refusal.ts';

/** What the broker reads of a frame (protocol section 1). Absent, `null` and (for topics) `""` are `undefined`. */
export interface Frame {
  /** The frame as it came. */
  readonly text: string;
  readonly messageId: string | undefined;
  /** The JSON text of `context`, echoed unchanged in answers. */
  readonly context: string | undefined;
  readonly messageType: string | undefined;
  readonly responseTopic: Slug | typeof STATUS_PING | undefined;
  readonly sourceTopic: Slug | undefined;
  /** The text of `requestContext`: a string's content, or a number as it was written (GC-3). */
  readonly requestContext: string | undefined;
  readonly fragment: number | undefined;
  readonly numFragments: number | undefined;
  readonly status: string | undefined;
  readonly apiInfo: string | undefined;
}

/** What could be read of a frame, readable or not, so that its answer finds its question (FRM-2). */
export interface FrameKey {
  readonly messageId: string | null;
  readonly context: string | undefined;
}

const DIGITS = /^\d{1,16}$/;

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a text frame.
 *
 * @throws {Refusal} `FRAME_UNREADABLE` or `NAME_INVALID` (PUB-7, number 3).
 */
export function parseFrame(text: string): Frame {
  const frame = parseObject(text);
  const members = lastMembers(text);
  const properties = objectField(frame, 'properties') ?? {};
  const propertiesAt = members.get('properties')?.valueStart;
  stringField(frame, 'payload');
  return {
    text,
    messageId: messageIdField(frame),
    context: scalarField(frame, 'context', text, members.get('context')),
    messageType: stringField(properties, 'messageType'),
    responseTopic: topicField(properties, 'response_topic', true),
    sourceTopic: topicField(properties, 'source_topic', false) as Slug | undefined,
    requestContext: requestContextField(properties, text, propertiesAt),
    fragment: countField(properties, 'fragment'),
    numFragments: countField(properties, 'num_fragments'),
    status: stringField(properties, 'status'),
    apiInfo: stringField(properties, 'api_info'),
  };
}

/** Reads `messageId` and `context` of a frame that may be at fault elsewhere. Never throws. */
export function readFrameKey(text: string): FrameKey {
  try {
    const frame = parseObject(text);
    const { messageId, context } = frame;
    const span = lastMembers(text).get('context');
    return {
      messageId: typeof messageId === 'string' && isMessageId(messageId) ? messageId : null,
      context: isScalar(context) && span ? text.slice(span.valueStart, span.end) : undefined,
    };
  } catch {
    return { messageId: null, context: undefined };
  }
}

/**
 * The frame to store and deliver: as it came, with the broker's `messageId` and `publishTime` (FRM-1).
 *
 * @param publishTime RFC 3339 with offset
 */
export function stampFrame(frame: Frame, messageId: string, publishTime: string): string {
  const ownId = frame.messageId === undefined;
  const stamps = `${ownId ? `"messageId":${JSON.stringify(messageId)},` : ''}"publishTime":${JSON.stringify(publishTime)}`;
  const kept: string[] = [];
  for (const member of jsonMembers(frame.text)) {
    if (member.key === 'publishTime' || (ownId && member.key === 'messageId')) continue;
    kept.push(frame.text.slice(member.start, member.end));
  }
  return kept.length === 0 ? `{${stamps}}` : `{${kept.join(',')},${stamps}}`;
}

/** Now, as `publishTime` is written: RFC 3339 with a numeric offset, which older Python versions can read. */
export function publishTimeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+00:00');
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusals.unreadable('The frame is not JSON.');
  }
  if (!isObject(value)) throw refusals.unreadable('The frame must be a JSON object.');
  return value;
}

/** Where a key stands more than once, JSON.parse and the clients take the last: so does this. */
function lastMembers(text: string, offset = 0): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  for (const member of jsonMembers(text, offset)) members.set(member.key, member);
  return members;
}

function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

function objectField(object: JsonObject, name: string): JsonObject | undefined {
  const value = field(object, name);
  if (value === undefined || isObject(value)) return value;
  throw refusals.unreadable(`${name} must be an object.`);
}

function stringField(object: JsonObject, name: string): string | undefined {
  const value = field(object, name);
  if (value === undefined || typeof value === 'string') return value;
  throw refusals.unreadable(`${name} must be a string.`);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function scalarField(
  object: JsonObject,
  name: string,
  text: string,
  member: Member | undefined,
): string | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  if (!isScalar(value) || !member) throw refusals.unreadable(`${name} must be a string or a number.`);
  return text.slice(member.valueStart, member.end);
}

function requestContextField(
  properties: JsonObject,
  text: string,
  propertiesAt: number | undefined,
): string | undefined {
  const value = field(properties, 'requestContext');
  if (value === undefined || propertiesAt === undefined) return undefined;
  if (typeof value === 'string') return value;
  return scalarField(
    properties,
    'requestContext',
    text,
    lastMembers(text, propertiesAt).get('requestContext'),
  );
}

function messageIdField(frame: JsonObject): string | undefined {
  const id = stringField(frame, 'messageId');
  if (id === undefined || isMessageId(id)) return id;
  throw refusals.unreadable('messageId must be 1 to 128 printable characters.');
}

function topicField(
  properties: JsonObject,
  name: string,
  orStatusPing: boolean,
): Slug | typeof STATUS_PING | undefined {
  const value = stringField(properties, name);
  if (value === undefined || value === '') return undefined;
  if (isSlug(value) || (orStatusPing && value === STATUS_PING)) return value as Slug;
  throw refusals.badName(`${name} must be letters, digits, "-" and "_", at most 255 of them.`);
}

function countField(properties: JsonObject, name: string): number | undefined {
  const value = field(properties, name);
  if (value === undefined) return undefined;
  const count = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
  throw refusals.unreadable(`${name} must be a whole number.`);
}
