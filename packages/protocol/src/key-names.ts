import { decodeString } from './json-strings.ts';
import { BYTE } from './json-text.ts';

/** The longest way to write one character. */
const ESCAPE_LENGTH = '\\u0000'.length;

/** Keys to be found among an object's members, however they are written. */
export class KeyNames {
  readonly #names: readonly string[];
  readonly #byLength: readonly (readonly string[])[];

  /** @param names that JSON writes as they are: printable ASCII without quotes and backslashes */
  constructor(names: readonly string[]) {
    const longest = Math.max(...names.map((name) => name.length));
    this.#names = names;
    this.#byLength = Array.from({ length: longest + 1 }, (_, length) =>
      names.filter((name) => name.length === length),
    );
  }

  /** The name that stands between a key's quotes. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start;
    for (const name of this.#byLength[length] ?? []) if (isWritten(bytes, start, name)) return name;
    const isEscaped = length < this.#byLength.length * ESCAPE_LENGTH && hasBackslash(bytes, start, end);
    if (!isEscaped) return undefined;
    const key = decodeString(bytes.subarray(start - 1, end + 1));
    return this.#names.find((name) => name === key);
  }
}

function isWritten(bytes: Uint8Array, start: number, name: string): boolean {
  for (let at = 0; at < name.length; at += 1) if (bytes[start + at] !== name.charCodeAt(at)) return false;
  return true;
}

function hasBackslash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] === BYTE.BACKSLASH) return true;
  return false;
}
