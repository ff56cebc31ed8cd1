import type { Member } from './json-members.ts';
import { decodeString, textOf } from './json-strings.ts';
import { BYTE } from './json-text.ts';
import { isMessageId, isSlug, MAX_MESSAGE_ID_LENGTH, type Slug, STATUS_PING } from './names.ts';
import { refusals } from './refusal.ts';

/** Bytes of JSON that a `context` may have: it is echoed in an answer that the client may not read. */
export const MAX_CONTEXT_BYTES = 8 * 1024;
/** Bytes of JSON of any other field that the broker reads: they go into an event's header. */
const MAX_FIELD_BYTES = 64 * 1024;
const LONGEST_ESCAPE = '\\ud83d';
/** One character of two units, each escaped. */
const LONGEST_CHARACTER = '\\ud83d\\ude00'.length;

/** Each character escaped. */
const MAX_TRACEPARENT_BYTES = 55 * LONGEST_ESCAPE.length + 2;
/** Of version 00, and recorded by who sent it; anything else is as if nothing were there. */
const TRACED = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f][13579bdf]$/;
const DIGITS = /^\d{1,16}$/;

/** The known members of an object, by key, and their text. What is `null` counts as absent. */
export class Fields {
  readonly #bytes: Uint8Array;
  readonly #members: ReadonlyMap<string, Member>;

  constructor(bytes: Uint8Array, members: ReadonlyMap<string, Member>) {
    this.#bytes = bytes;
    this.#members = members;
  }

  has(name: string): boolean {
    return this.#present(name) !== undefined;
  }

  /** Where the object begins. */
  object(name: string): number | undefined {
    const member = this.#present(name);
    if (!member || this.#kindOf(member) === 'object') return member?.valueStart;
    throw refusals.unreadable(`${name} must be an object.`);
  }

  /** The text of a string that may be as large as the frame. */
  stringText(name: string): Uint8Array | undefined {
    const member = this.#present(name);
    if (!member) return undefined;
    if (this.#kindOf(member) === 'string') return this.#bytes.subarray(member.valueStart, member.end);
    throw refusals.unreadable(`${name} must be a string.`);
  }

  string(name: string): string | undefined {
    const text = this.stringText(name);
    if (text && text.length > MAX_FIELD_BYTES) throw refusals.propertiesTooLarge();
    return text && decodeString(text);
  }

  messageId(): string | undefined {
    const text = this.stringText('messageId');
    if (!text) return undefined;
    const isShort = text.length <= MAX_MESSAGE_ID_LENGTH * LONGEST_CHARACTER + 2;
    const id = isShort ? decodeString(text) : '';
    if (isMessageId(id)) return id;
    throw refusals.unreadable('messageId must be 1 to 128 printable characters.');
  }

  /** The text of a string or number. */
  context(): string | undefined {
    const text = this.#scalarText('context');
    if (text && text.length > MAX_CONTEXT_BYTES)
      throw refusals.unreadable(`context must be at most ${MAX_CONTEXT_BYTES} bytes.`);
    return text && textOf(text);
  }

  /** A string's content, or a number as it was written (GC-3). */
  requestContext(): string | undefined {
    const text = this.#scalarText('requestContext');
    if (text && text.length > MAX_FIELD_BYTES) throw refusals.propertiesTooLarge();
    return text && (text[0] === BYTE.QUOTE ? decodeString(text) : textOf(text));
  }

  topic(name: string): Slug | undefined {
    const value = this.string(name);
    if (value === undefined || value === '') return undefined;
    if (isSlug(value)) return value;
    throw refusals.badName(`${name} must be letters, digits, "-" and "_", at most 255 of them.`);
  }

  topicOrStatusPing(name: string): Slug | typeof STATUS_PING | undefined {
    return this.string(name) === STATUS_PING ? STATUS_PING : this.topic(name);
  }

  count(name: string): number | undefined {
    const member = this.#present(name);
    if (!member) return undefined;
    const kind = this.#kindOf(member);
    const written = kind === 'string' ? this.string(name) : this.#text(member);
    const isCount = kind === 'number' || (kind === 'string' && DIGITS.test(written ?? ''));
    const count = isCount ? Number(written) : Number.NaN;
    if (Number.isSafeInteger(count) && count >= 0) return count;
    throw refusals.unreadable(`${name} must be a whole number.`);
  }

  traceparent(): string | undefined {
    const member = this.#present('traceparent');
    if (!member || this.#kindOf(member) !== 'string') return undefined;
    const text = this.#bytes.subarray(member.valueStart, member.end);
    const value = text.length <= MAX_TRACEPARENT_BYTES ? decodeString(text) : '';
    return TRACED.test(value) ? value : undefined;
  }

  #scalarText(name: string): Uint8Array | undefined {
    const member = this.#present(name);
    if (!member) return undefined;
    const kind = this.#kindOf(member);
    if (kind === 'string' || kind === 'number') return this.#bytes.subarray(member.valueStart, member.end);
    throw refusals.unreadable(`${name} must be a string or a number.`);
  }

  #present(name: string): Member | undefined {
    const member = this.#members.get(name);
    return member && this.#kindOf(member) !== 'null' ? member : undefined;
  }

  #text({ valueStart, end }: Member): string {
    return textOf(this.#bytes.subarray(valueStart, end));
  }

  #kindOf({ valueStart }: Member): 'string' | 'number' | 'object' | 'array' | 'boolean' | 'null' {
    switch (this.#bytes[valueStart]) {
      case BYTE.QUOTE:
        return 'string';
      case BYTE.OPEN_OBJECT:
        return 'object';
      case BYTE.OPEN_ARRAY:
        return 'array';
      case 0x6e:
        return 'null';
      case 0x74:
      case 0x66:
        return 'boolean';
      default:
        return 'number';
    }
  }
}
