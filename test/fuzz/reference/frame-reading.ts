import { isObject, type JsonTree, readTree, Written } from './json-tree.ts';

/** What protocol section 1 says of a frame, told once more from what Node's own parser reads. */
export interface ReferenceReading {
  /** Undefined where the frame is refused. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly messageId: string | null;
  /** As it was written. */
  readonly context: string | undefined;
}

const MOST_FIELD_BYTES = 64 * 1024;
const MOST_CONTEXT_BYTES = 8 * 1024;

class Unfit extends Error {}

/** `undefined`: no JSON object within the limits, of which nothing needs to have been read. */
export function readingOf(text: string): ReferenceReading | undefined {
  const tree = readTree(text);
  if (!isObject(tree)) return undefined;
  return {
    fields: orUndefined(() => fieldsOf(tree)),
    messageId: orUndefined(() => messageIdOf(tree)) ?? null,
    context: orUndefined(() => contextOf(tree)),
  };
}

function fieldsOf(tree: Readonly<Record<string, JsonTree>>): Readonly<Record<string, unknown>> {
  const { properties } = tree;
  if (!isAbsent(properties) && !isObject(properties)) throw new Unfit();
  const inner = isObject(properties) ? properties : {};
  stringOf(tree['payload']);
  return {
    messageId: messageIdOf(tree),
    context: contextOf(tree),
    messageType: shortString(inner['messageType']),
    responseTopic: topicOf(inner['response_topic'], true),
    sourceTopic: topicOf(inner['source_topic'], false),
    requestContext: requestContextOf(inner['requestContext']),
    fragment: countOf(inner['fragment']),
    numFragments: countOf(inner['num_fragments']),
    status: shortString(inner['status']),
    traceparent: traceparentOf(inner['traceparent']),
    apiInfo: stringOf(inner['api_info']),
  };
}

/** What is no valid context that is recorded is nobody's fault. */
function traceparentOf(tree: JsonTree | undefined): string | undefined {
  const [version, trace, span, flags, ...more] =
    tree instanceof Written && typeof tree.value === 'string' ? tree.value.split('-') : [];
  const isHex = (text: string | undefined, length: number) =>
    text?.length === length && /^[\da-f]+$/.test(text) && /[^0]/.test(text);
  const isRecorded = flags?.length === 2 && /^[\da-f]+$/.test(flags) && Number.parseInt(flags, 16) % 2 === 1;
  if (version !== '00' || !isHex(trace, 32) || !isHex(span, 16) || !isRecorded || more.length > 0)
    return undefined;
  return [version, trace, span, flags].join('-');
}

function messageIdOf(tree: Readonly<Record<string, JsonTree>>): string | undefined {
  const id = stringOf(tree['messageId']);
  if (id === undefined) return undefined;
  const characters = Array.from(id);
  const isPrintable = characters.every((one) => !/\p{Cc}|\p{Cs}|\u2028|\u2029/u.test(one));
  if (characters.length < 1 || characters.length > 128 || !isPrintable) throw new Unfit();
  return id;
}

function contextOf(tree: Readonly<Record<string, JsonTree>>): string | undefined {
  return scalarOf(tree['context'], MOST_CONTEXT_BYTES)?.source;
}

function requestContextOf(tree: JsonTree | undefined): string | undefined {
  const written = scalarOf(tree, MOST_FIELD_BYTES);
  return written && (typeof written.value === 'string' ? written.value : written.source);
}

function scalarOf(tree: JsonTree | undefined, most: number): Written | undefined {
  if (isAbsent(tree)) return undefined;
  const kind = tree instanceof Written ? typeof tree.value : '';
  if (!(tree instanceof Written) || !['string', 'number'].includes(kind)) throw new Unfit();
  if (Buffer.byteLength(tree.source) > most) throw new Unfit();
  return tree;
}

function stringOf(tree: JsonTree | undefined): string | undefined {
  if (isAbsent(tree)) return undefined;
  const value = tree instanceof Written ? tree.value : undefined;
  if (typeof value !== 'string') throw new Unfit();
  return value;
}

function shortString(tree: JsonTree | undefined): string | undefined {
  const value = stringOf(tree);
  if (tree instanceof Written && Buffer.byteLength(tree.source) > MOST_FIELD_BYTES) throw new Unfit();
  return value;
}

function topicOf(tree: JsonTree | undefined, takesStatusPing: boolean): string | undefined {
  const name = shortString(tree);
  if (name === undefined || name === '') return undefined;
  if (name === 'status-ping' && takesStatusPing) return name;
  if (!isTopicName(name)) throw new Unfit();
  return name;
}

/** URL-1 and URL-3, character by character. */
export function isTopicName(name: string): boolean {
  const characters = Array.from(name);
  const fits = characters.every((one) => one === '-' || one === '_' || /^[\p{L}\p{N}]$/u.test(one));
  return fits && characters.length >= 1 && characters.length <= 255 && name !== 'status-ping';
}

function countOf(tree: JsonTree | undefined): number | undefined {
  if (isAbsent(tree)) return undefined;
  const value = tree instanceof Written ? tree.value : undefined;
  const isDigits = typeof value === 'string' && value !== '' && value.length <= 16 && !/[^0-9]/.test(value);
  const count = typeof value === 'number' || isDigits ? Number(value) : Number.NaN;
  if (!Number.isInteger(count) || count < 0 || count >= 2 ** 53) throw new Unfit();
  return count;
}

function isAbsent(tree: JsonTree | undefined): boolean {
  return tree === undefined || (tree instanceof Written && tree.source === 'null');
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unfit) return undefined;
    throw error;
  }
}
