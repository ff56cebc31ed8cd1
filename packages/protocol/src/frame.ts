import { Fields } from './frame-fields.ts';
import { MAX_DEPTH, MAX_VALUES, type Member, readMembers } from './json-members.ts';
import { BYTE, JsonFault, skipWhitespace } from './json-text.ts';
import { KeyNames } from './key-names.ts';
import type { Slug, STATUS_PING } from './names.ts';
import { Refusal, refusals } from './refusal.ts';

/** What the broker reads of a frame (protocol section 1). Absent, `null` and (for topics) `""` are `undefined`. */
export interface Frame {
  /** The frame as it came. */
  readonly bytes: Uint8Array;
  /** Those of its members that the broker may put others in place of, in their order. */
  readonly stamps: readonly Member[];
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
  /** W3C trace context, where the client sent one that is valid and is traced. */
  readonly traceparent: string | undefined;
  /** The JSON text of a string, which may be as large as the frame. */
  readonly apiInfo: Uint8Array | undefined;
}

/** What could be read of a frame, readable or not, so that its answer finds its question (FRM-2). */
export interface FrameKey {
  readonly messageId: string | null;
  readonly context: string | undefined;
}

/** A frame, or why it is not taken (PUB-7, number 3). */
export type FrameReading = { readonly key: FrameKey } & (
  | { readonly frame: Frame; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly frame?: undefined }
);

const STAMPED = new Set(['messageId', 'publishTime']);
const FRAME_KEYS = new KeyNames(['messageId', 'context', 'payload', 'properties', 'publishTime']);
const PROPERTY_KEYS = new KeyNames([
  'messageType',
  'response_topic',
  'source_topic',
  'requestContext',
  'fragment',
  'num_fragments',
  'status',
  'traceparent',
  'api_info',
]);

/** Reads a text frame, once. The bytes must be UTF-8. Never throws. */
export function readFrame(bytes: Uint8Array): FrameReading {
  const members: Member[] = [];
  try {
    const end = readMembers(bytes, 0, FRAME_KEYS, (member) => members.push(member));
    if (skipWhitespace(bytes, end) !== bytes.length) throw new JsonFault('SYNTAX');
    const frame = frameOf(bytes, members);
    return { key: { messageId: frame.messageId ?? null, context: frame.context }, frame };
  } catch (error) {
    return { key: keyOf(bytes, members), refusal: refusalOf(error, bytes) };
  }
}

/**
 * Reads a text frame.
 *
 * @throws {Refusal} `FRAME_UNREADABLE`, `NAME_INVALID` or `PROPERTIES_TOO_LARGE` (PUB-7, number 3).
 */
export function parseFrame(bytes: Uint8Array): Frame {
  const { frame, refusal } = readFrame(bytes);
  if (!frame) throw refusal;
  return frame;
}

function frameOf(bytes: Uint8Array, members: readonly Member[]): Frame {
  const fields = new Fields(bytes, lastOf(members));
  const propertiesAt = fields.object('properties');
  const found: Member[] = [];
  if (propertiesAt !== undefined)
    readMembers(bytes, propertiesAt, PROPERTY_KEYS, (member) => found.push(member));
  const properties = new Fields(bytes, lastOf(found));
  fields.stringText('payload');
  return {
    bytes,
    stamps: members.filter(({ key }) => STAMPED.has(key)),
    messageId: fields.messageId(),
    context: fields.context(),
    messageType: properties.string('messageType'),
    responseTopic: properties.topicOrStatusPing('response_topic'),
    sourceTopic: properties.topic('source_topic'),
    requestContext: properties.requestContext(),
    fragment: properties.count('fragment'),
    numFragments: properties.count('num_fragments'),
    status: properties.string('status'),
    traceparent: properties.traceparent(),
    apiInfo: properties.stringText('api_info'),
  };
}

/** Where a key stands more than once, JSON.parse and the clients take the last: so does this. */
function lastOf(members: readonly Member[]): ReadonlyMap<string, Member> {
  return new Map(members.map((member) => [member.key, member]));
}

/** Of a frame that is at fault elsewhere. */
function keyOf(bytes: Uint8Array, members: readonly Member[]): FrameKey {
  const fields = new Fields(bytes, lastOf(members));
  return {
    messageId: orNothing(() => fields.messageId()) ?? null,
    context: orNothing(() => fields.context()),
  };
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function refusalOf(error: unknown, bytes: Uint8Array): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof JsonFault)) throw error;
  switch (error.code) {
    case 'TOO_DEEP':
      return refusals.unreadable(`The frame is nested more than ${MAX_DEPTH} deep.`);
    case 'TOO_MANY_VALUES':
      return refusals.unreadable(`The frame holds more than ${MAX_VALUES} values.`);
    default:
      return bytes[skipWhitespace(bytes, 0)] === BYTE.OPEN_OBJECT
        ? refusals.unreadable('The frame is not JSON.')
        : refusals.unreadable('The frame must be a JSON object.');
  }
}
