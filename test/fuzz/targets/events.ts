import { decodeEvent, EVENT_HEADER, EventError, encodeEvent, type LogEvent } from '@dasf-broker/log';
import { headers as natsHeaders } from '@nats-io/transport-node';
import fc, { type Arbitrary } from 'fast-check';
import { JSON_TOKENS, jsonText, objectText } from '../inputs/json-text.ts';
import { mutated } from '../inputs/mutated.ts';
import { Finding, type Target } from '../target.ts';

const TYPES = [
  'message',
  'piece',
  'ping',
  'pong',
  'api-info',
  'ack',
  'joined',
  'left',
  'asked',
  'answered',
  'edge-gone',
  'expired',
  'imported',
  'backlog-sent',
  'message-removed',
  'operator-act',
  'topic',
  'topic-deleted',
  'toString',
];

/** What others count with. */
const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  message: ['revision'],
  topic: ['revision'],
  piece: ['ordinal', 'pieces'],
  expired: ['messagesBefore', 'requestsBefore'],
  'message-removed': ['sequence'],
  imported: ['topics', 'messages'],
};

const text = fc.constantFrom('"tides"', '"u1"', '""', '"a b"', '"\\u0000"', '"ada"');
const FIELDS: Readonly<Record<string, Arbitrary<string>>> = {
  topic: text,
  uid: text,
  user: text,
  messageId: text,
  clientId: fc.constantFrom('true', 'false'),
  retention: fc.constantFrom('"cache"', '"store"', '"x"'),
  revision: fc.integer().map(String),
  ordinal: fc.nat().map(String),
  pieces: fc.constantFrom('1', '[1,2]', '[1.5]', '[]'),
  sequences: fc.constantFrom('[1]', '[9007199254740993]', '[null]', '[]'),
  sequence: fc.integer().map(String),
  id: text,
  act: text,
  target: text,
  outcome: text,
  edge: text,
  connection: text,
  subscription: text,
  requestContext: text,
  messagesBefore: fc.integer().map(String),
  source: text,
  topics: fc.nat().map(String),
  messages: fc.constantFrom('7', '1e999', '-1'),
  deliveredTo: fc.constantFrom('["ada"]', '[1]', '[]', '"ada"'),
  requestsBefore: fc.constantFrom('0', '1e999', '-1'),
  actsBefore: fc.constantFrom('0', '1e999', '-1', '"7"'),
};

const member = fc.oneof(
  ...Object.entries(FIELDS).map(([name, value]) =>
    fc
      .oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: jsonText })
      .map((written) => [JSON.stringify(name), written] as const),
  ),
);
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TYPES).map((name) => JSON.stringify(name)) },
  { weight: 1, arbitrary: jsonText },
);
const everything = fc
  .record(FIELDS)
  .map((fields) => Object.entries(fields).map(([name, value]) => [JSON.stringify(name), value] as const));
const head = objectText(
  fc
    .tuple(type, everything, fc.array(member, { maxLength: 3 }))
    .map(([of, usual, others]) => [['"type"', of] as const, ...usual, ...others]),
);
const body = fc.oneof(jsonText, fc.string({ unit: 'binary', maxLength: 20 }));

/** Events as they stand in the log: a line of JSON and a body. */
export const events: Target = {
  name: 'events',
  inputs: fc
    .tuple(mutated(head, JSON_TOKENS), body)
    .map(([line, rest]) => Buffer.from(`${line.replaceAll(/[\r\n]/g, '')}\n${rest}`)),
  try(input) {
    const lineEnd = input.indexOf('\n');
    const event = decoded(input.toString('latin1', 0, lineEnd), input.subarray(lineEnd + 1));
    if (!event) return;
    if (!TYPES.includes(event.type) || event.type === ('toString' as string)) {
      throw new Finding(`an event of type ${JSON.stringify(event.type)}`);
    }
    const unfit = NUMBERS[event.type]?.find((name) => !Number.isFinite(event[name as keyof LogEvent]));
    if (unfit) throw new Finding(`${unfit} of a ${event.type} is not finite`);
    const { headers, body: again } = encodeEvent(event);
    // As text: a number that is too large elsewhere, where nobody looks, becomes null.
    const [one, other] = [decodeEvent(headers, again), event].map((each) => JSON.stringify(each));
    if (one !== other) throw new Finding('another event when written again');
  },
};

function decoded(line: string, rest: Uint8Array): LogEvent | undefined {
  const given = natsHeaders();
  // NATS itself takes no other bytes in a header.
  given.set(EVENT_HEADER, line.replaceAll(/[^\t -~]/g, '?'));
  try {
    return decodeEvent(given, rest);
  } catch (error) {
    if (error instanceof EventError) return undefined;
    throw error;
  }
}
