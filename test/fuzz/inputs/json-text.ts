import fc, { type Arbitrary } from 'fast-check';
import { mutated } from './mutated.ts';

export const JSON_TOKENS = [
  ...'{}[]",:\\ \t\n0-.e',
  'null',
  'true',
  '""',
  '\\u',
  '\\ud800',
  '\\u0000',
  '\u0000',
  '\u001f',
  '1e999',
  '__proto__',
  '\u2028',
] as const;

const space = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(' ', '\n', '\t', '\r\n', '  ') },
);

const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    '-0',
    '0',
    '1e400',
    '1E+2',
    '12345678901234567890',
    '0.1e-7',
    '9007199254740993',
    '01',
    '+1',
  ),
);

const plainString = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', '__proto__', 'constructor', 'x'.repeat(130), '\u{1f600}'.repeat(128), 'é', 'e\u0301'),
);

/** A text's characters, each of them escaped, as JSON allows for any. */
export function escaped(text: string): string {
  return [...text.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

const string = fc.oneof(
  { weight: 6, arbitrary: plainString.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: plainString.map((text) => `"${escaped(text)}"`) },
);

const scalar = fc.oneof(number, string, fc.constantFrom('null', 'true', 'false'));

/** How deep a text may be and how many values it may hold: on both sides of the limits. */
const extreme = fc.oneof(
  fc
    .tuple(fc.constantFrom('[', '{"a":'), fc.integer({ min: 95, max: 105 }))
    .map(([open, depth]) => `${open.repeat(depth)}1${(open === '[' ? ']' : '}').repeat(depth)}`),
  fc.integer({ min: 99_990, max: 100_010 }).map((count) => `[${'1,'.repeat(count - 1)}1]`),
);

/** Any JSON value as somebody may write it. */
export const jsonText: Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 6, arbitrary: scalar },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(space, tie('value'), space), { maxLength: 4 })
        .map((elements) => `[${elements.map((parts) => parts.join('')).join(',')}]`),
    },
    { weight: 1, arbitrary: objectText(fc.array(fc.tuple(string, tie('value')), { maxLength: 4 })) },
  ),
})).value;

/** An object of members whose keys and values are JSON texts already. */
export function objectText(members: Arbitrary<(readonly [key: string, value: string])[]>): Arbitrary<string> {
  return fc
    .tuple(members, space, space)
    .map(
      ([pairs, before, after]) =>
        `{${pairs.map(([key, value]) => `${before}${key}${after}:${before}${value}`).join(`,${after}`)}${before}}`,
    );
}

/** What may be JSON: most of it is, or nearly. */
export const nearlyJson: Arbitrary<string> = fc.oneof(
  { weight: 600, arbitrary: mutated(jsonText, JSON_TOKENS) },
  {
    weight: 200,
    arbitrary: fc.array(fc.constantFrom(...JSON_TOKENS), { maxLength: 24 }).map((all) => all.join('')),
  },
  { weight: 1, arbitrary: extreme },
);
