/** What a JSON text is made of, byte by byte. The bytes must be UTF-8: nobody looks at that here. */

export const BYTE = {
  QUOTE: 0x22,
  COMMA: 0x2c,
  COLON: 0x3a,
  OPEN_ARRAY: 0x5b,
  BACKSLASH: 0x5c,
  CLOSE_ARRAY: 0x5d,
  OPEN_OBJECT: 0x7b,
  CLOSE_OBJECT: 0x7d,
} as const;

/** Why a text is not taken: it is no JSON, or more than anybody wants to read. */
export class JsonFault extends Error {
  readonly code: 'SYNTAX' | 'TOO_DEEP' | 'TOO_MANY_VALUES';

  constructor(code: JsonFault['code']) {
    super(code);
    this.name = 'JsonFault';
    this.code = code;
  }
}

/** Strings beyond this are looked through by machine words: for so many bytes, and as many again. */
const SHORT = 256;
const LITERALS = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word));
export function skipWhitespace(bytes: Uint8Array, start: number): number {
  const { length } = bytes;
  for (let at = start; at < length; at += 1) {
    const byte = bytes[at] as number;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return at;
  }
  return length;
}

/**
 * Where the string ends whose opening quote stands at `start`.
 *
 * @throws {JsonFault}
 */
export function stringEnd(bytes: Uint8Array, start: number): number {
  const { length } = bytes;
  let at = start + 1;
  let step = SHORT;
  let quote = -1;
  for (let stepped = at + step; at < length; ) {
    const byte = bytes[at] as number;
    if (byte === BYTE.QUOTE) return at + 1;
    if (byte < 0x20) break;
    at = byte === BYTE.BACKSLASH ? escapeEnd(bytes, at) : at + 1;
    if (at < stepped) continue;
    // Looked for again only when it is passed: a string of many escapes would be gone through for each of them.
    if (quote < at) quote = bytes.indexOf(BYTE.QUOTE, at);
    const plain = plainEnd(bytes, at, quote);
    // Where escapes stand close together, looking far ahead is of no use.
    step = plain - at < step ? step * 2 : SHORT;
    at = plain;
    stepped = at + step;
  }
  throw new JsonFault('SYNTAX');
}

/** The first backslash from `at` on, or the quote. */
function plainEnd(bytes: Uint8Array, at: number, quote: number): number {
  if (quote < 0) throw new JsonFault('SYNTAX');
  const backslash = bytes.subarray(at, quote).indexOf(BYTE.BACKSLASH);
  const end = backslash < 0 ? quote : at + backslash;
  if (hasControlCharacter(bytes, at, end)) throw new JsonFault('SYNTAX');
  return end;
}

/** Whether a byte is below 0x20, four of them at a time. */
function hasControlCharacter(bytes: Uint8Array, start: number, end: number): boolean {
  const aligned = Math.min(end, start + ((4 - ((bytes.byteOffset + start) % 4)) % 4));
  const count = (end - aligned) >> 2;
  if (isControlAmong(bytes, start, aligned) || isControlAmong(bytes, aligned + count * 4, end)) return true;
  if (count === 0) return false;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + aligned, count);
  const inFours = count - (count % 4);
  for (let index = 0; index < inFours; index += 4) {
    const found =
      highBits(words[index] as number) |
      highBits(words[index + 1] as number) |
      highBits(words[index + 2] as number) |
      highBits(words[index + 3] as number);
    if ((found & 0x80808080) !== 0) return true;
  }
  return isControlAmong(bytes, aligned + inFours * 4, aligned + count * 4);
}

/** Sets the high bit of a byte, or of one above it, where the byte is below 0x20; other high bits are not set. */
function highBits(word: number): number {
  return ((word - 0x20202020) | 0) & ~word;
}

function isControlAmong(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((bytes[at] as number) < 0x20) return true;
  return false;
}

function escapeEnd(bytes: Uint8Array, backslash: number): number {
  switch (bytes[backslash + 1]) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return backslash + 2;
    case 0x75: // u
      return hexEnd(bytes, backslash + 2);
    default:
      throw new JsonFault('SYNTAX');
  }
}

function hexEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; at < start + 4; at += 1)
    if (!isHexDigit(bytes[at] ?? 0)) throw new JsonFault('SYNTAX');
  return start + 4;
}

function isHexDigit(byte: number): boolean {
  const letter = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/**
 * Where the string, number or word ends that begins at `start`.
 *
 * @throws {JsonFault}
 */
export function scalarEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] === BYTE.QUOTE) return stringEnd(bytes, start);
  const literal = LITERALS.find((word) => word[0] === bytes[start]);
  if (!literal) return numberEnd(bytes, start);
  if (!literal.every((byte, index) => bytes[start + index] === byte)) throw new JsonFault('SYNTAX');
  return start + literal.length;
}

function numberEnd(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  at = bytes[at] === 0x30 ? at + 1 : digitsEnd(bytes, at);
  if (bytes[at] === 0x2e) at = digitsEnd(bytes, at + 1);
  if (((bytes[at] ?? 0) | 0x20) !== 0x65) return at;
  const sign = bytes[at + 1];
  return digitsEnd(bytes, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at += 1;
  if (at === start) throw new JsonFault('SYNTAX');
  return at;
}
