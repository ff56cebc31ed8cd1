import fc, { type Arbitrary } from 'fast-check';
import { escaped, JSON_TOKENS, jsonText, nearlyJson, objectText } from './json-text.ts';
import { mutated } from './mutated.ts';

/** Few names, so that frames meet the topics of others. */
const TOPICS = [
  'tides',
  'tides_abcdefgh',
  'status-ping',
  '',
  'погода',
  'a b',
  'x'.repeat(256),
  '\u{20000}'.repeat(255),
];

const text = (texts: readonly string[]) => fc.constantFrom(...texts).map((one) => JSON.stringify(one));
const count = fc.oneof(
  fc.nat({ max: 5 }).map(String),
  fc.constantFrom(
    '-1',
    '1.0',
    '1e3',
    '-0',
    '0.5',
    '"3"',
    '"03"',
    '" 3"',
    '"9007199254740993"',
    '9007199254740991',
  ),
);

/** What clients set a field to, for the most part. */
const USUAL: Readonly<Record<string, Arbitrary<string>>> = {
  messageId: fc.oneof(
    fc.uuid().map((id) => JSON.stringify(id)),
    text(['', 'm', '\u0000', '\u2028', '\u{1f600}'.repeat(128), 'y'.repeat(129)]),
  ),
  context: fc.oneof(fc.integer().map(String), text(['c', '"', ''])),
  payload: fc.base64String({ maxLength: 16 }).map((payload) => `"${payload}"`),
  publishTime: text(['2026-01-01T00:00:00+00:00', 'never']),
  type: text(['isEndOfTopic', '']),
};

const USUAL_PROPERTIES: Readonly<Record<string, Arbitrary<string>>> = {
  messageType: text(['ping', 'pong', 'request', 'response', 'log', 'progress', 'api_info', 'no such type']),
  response_topic: text(TOPICS),
  source_topic: text(TOPICS),
  requestContext: fc.oneof(fc.nat().map(String), fc.constantFrom('"1"', '1.50', '1e2')),
  fragment: count,
  num_fragments: count,
  status: text(['success', 'error', '']),
  traceparent: text([
    `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`,
    `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-00`,
    `00-${'0'.repeat(32)}-${'b2'.repeat(8)}-01`,
    '',
  ]),
  api_info: text(['{}', '[1,2', 'null', '']),
};

/** A key as it stands, now and then in the way that nobody writes it. */
function keyText(key: string): Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(JSON.stringify(key)) },
    { weight: 1, arbitrary: fc.constant(`"${escaped(key)}"`) },
    { weight: 1, arbitrary: fc.constant(`"${escaped(key.slice(0, 1))}${key.slice(1)}"`) },
  );
}

function memberOf(usual: Readonly<Record<string, Arbitrary<string>>>): Arbitrary<readonly [string, string]> {
  const known = Object.entries(usual).map(([key, values]) =>
    fc.tuple(
      keyText(key),
      fc.oneof(
        { weight: 5, arbitrary: values },
        { weight: 1, arbitrary: jsonText },
        { weight: 1, arbitrary: fc.constant('null') },
      ),
    ),
  );
  const unknown = fc.tuple(
    fc.string({ unit: 'grapheme-ascii', maxLength: 8 }).map((key) => JSON.stringify(key)),
    jsonText,
  );
  return fc.oneof({ weight: 5, arbitrary: fc.oneof(...known) }, { weight: 1, arbitrary: unknown });
}

const properties = objectText(fc.array(memberOf(USUAL_PROPERTIES), { maxLength: 6 }));

/** Frames as clients write them and as they do not. */
export const frameText: Arbitrary<string> = objectText(
  fc.array(memberOf({ ...USUAL, properties }), { maxLength: 7 }),
);

export const nearlyFrame: Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: mutated(frameText, JSON_TOKENS) },
  { weight: 1, arbitrary: nearlyJson },
);
