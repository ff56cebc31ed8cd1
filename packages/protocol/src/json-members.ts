import { BYTE, JsonFault, scalarEnd, skipWhitespace, stringEnd } from './json-text.ts';
import type { KeyNames } from './key-names.ts';

/** One member of a JSON object as it stands in the text. Offsets in bytes, end exclusive. */
export interface Member {
  readonly key: string;
  /** Start of the key's opening quote. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** How deep a text may be nested: clients' parsers give up not far beyond. */
export const MAX_DEPTH = 100;
/** How many values a text may hold, members and elements alike: reading it must not hold up everybody else. */
export const MAX_VALUES = 100_000;

/**
 * Reads the object that begins at `start` (white space allowed before it), and gives those of its members that
 * have one of these names to `found`, in their order; where one stands more than once, each of them.
 *
 * It builds nothing: what the broker does not read is passed on as it was written (numbers beyond 2^53, odd
 * keys: FRM-1), and a text that would take an object of a million members costs no more than its length.
 *
 * @returns where the object ends
 * @throws {JsonFault} where the text is no object or beyond the limits; what came before the fault was found
 */
export function readMembers(
  bytes: Uint8Array,
  start: number,
  names: KeyNames,
  found: (member: Member) => void,
): number {
  const walk = new Walk(bytes);
  let at = skipWhitespace(bytes, start);
  if (bytes[at] !== BYTE.OPEN_OBJECT) throw new JsonFault('SYNTAX');
  at = skipWhitespace(bytes, at + 1);
  if (bytes[at] === BYTE.CLOSE_OBJECT) return at + 1;
  for (;;) {
    const keyEnd = walk.keyEnd(at);
    const valueStart = walk.valueStart(keyEnd);
    const end = walk.valueEnd(valueStart, 1);
    const key = names.find(bytes, at + 1, keyEnd - 1);
    if (key !== undefined) found({ key, start: at, valueStart, end });
    at = skipWhitespace(bytes, end);
    if (bytes[at] === BYTE.CLOSE_OBJECT) return at + 1;
    if (bytes[at] !== BYTE.COMMA) throw new JsonFault('SYNTAX');
    at = skipWhitespace(bytes, at + 1);
  }
}

/** True for any one value that is within the limits, white space around it allowed. */
export function isJson(bytes: Uint8Array): boolean {
  try {
    const end = new Walk(bytes).valueEnd(skipWhitespace(bytes, 0), 0);
    return skipWhitespace(bytes, end) === bytes.length;
  } catch (error) {
    if (error instanceof JsonFault) return false;
    throw error;
  }
}

/** Goes through values, without recursion: how deep they are nested is the writer's choice. */
class Walk {
  readonly #bytes: Uint8Array;
  /** The brackets that are open. */
  readonly #open: number[] = [];
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  keyEnd(start: number): number {
    if (this.#bytes[start] !== BYTE.QUOTE) throw new JsonFault('SYNTAX');
    return stringEnd(this.#bytes, start);
  }

  valueStart(keyEnd: number): number {
    const colon = skipWhitespace(this.#bytes, keyEnd);
    if (this.#bytes[colon] !== BYTE.COLON) throw new JsonFault('SYNTAX');
    return skipWhitespace(this.#bytes, colon + 1);
  }

  /** @param depth how many brackets are open around it */
  valueEnd(start: number, depth: number): number {
    let at = start;
    for (let open = depth; ; ) {
      this.#count();
      const bracket = this.#bytes[at];
      if (bracket === BYTE.OPEN_OBJECT || bracket === BYTE.OPEN_ARRAY) {
        if (open === MAX_DEPTH) throw new JsonFault('TOO_DEEP');
        this.#open[open] = bracket;
        const first = skipWhitespace(this.#bytes, at + 1);
        if (!this.#isClosing(first, bracket)) {
          open += 1;
          at = this.#valueAfter(first, bracket);
          continue;
        }
        at = first + 1;
      } else {
        at = scalarEnd(this.#bytes, at);
      }
      for (; open > depth; open -= 1) {
        const next = skipWhitespace(this.#bytes, at);
        const around = this.#open[open - 1] as number;
        if (!this.#isClosing(next, around)) {
          if (this.#bytes[next] !== BYTE.COMMA) throw new JsonFault('SYNTAX');
          at = this.#valueAfter(skipWhitespace(this.#bytes, next + 1), around);
          break;
        }
        at = next + 1;
      }
      if (open === depth) return at;
    }
  }

  #valueAfter(at: number, bracket: number): number {
    return bracket === BYTE.OPEN_OBJECT ? this.valueStart(this.keyEnd(at)) : at;
  }

  #isClosing(at: number, bracket: number): boolean {
    const closing = bracket === BYTE.OPEN_OBJECT ? BYTE.CLOSE_OBJECT : BYTE.CLOSE_ARRAY;
    return this.#bytes[at] === closing;
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new JsonFault('TOO_MANY_VALUES');
  }
}
