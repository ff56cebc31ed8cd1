/** One member of a JSON object as it stands in the text. Offsets are in UTF-16 units, end exclusive. */
export interface Member {
  readonly key: string;
  /** Start of the key's opening quote. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

const WHITESPACE = new Set([' ', '\t', '\n', '\r']);

/**
 * The members of the object whose text begins at `offset` (white space allowed before it).
 *
 * The text must have passed `JSON.parse`: this only finds where things are, so that what the broker does
 * not read can be passed on as it was written (numbers beyond 2^53, odd keys: FRM-1).
 */
export function* jsonMembers(text: string, offset = 0): Generator<Member> {
  let at = skipWhitespace(text, offset) + 1;
  for (;;) {
    at = skipWhitespace(text, at);
    if (text[at] === '}') return;
    const start = at;
    const keyEnd = stringEnd(text, start);
    const colon = skipWhitespace(text, keyEnd);
    const valueStart = skipWhitespace(text, colon + 1);
    const end = valueEnd(text, valueStart);
    yield { key: JSON.parse(text.slice(start, keyEnd)) as string, start, valueStart, end };
    at = skipWhitespace(text, end);
    if (text[at] === ',') at += 1;
  }
}

function skipWhitespace(text: string, at: number): number {
  let position = at;
  while (WHITESPACE.has(text[position] ?? '')) position += 1;
  return position;
}

function stringEnd(text: string, quote: number): number {
  let at = quote;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first === '{' || first === '[') return nestedEnd(text, start);
  let at = start;
  while (at < text.length && !',}] \t\n\r'.includes(text[at] as string)) at += 1;
  return at;
}

function nestedEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      at = stringEnd(text, at);
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return at;
}
