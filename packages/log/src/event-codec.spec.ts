import { RETENTIONS, type Slug } from '@dasf-broker/protocol';
import { newTopic } from '@dasf-broker/registry';
import { headers } from '@nats-io/transport-node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvent, EVENT_HEADER, encodeEvent } from './event-codec.ts';
import type { LogEvent, LogEventType } from './events.ts';
import { aMessage, aPing } from './testing/events.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });
const bytes = fc.uint8Array({ maxLength: 60 });
const slug = fc.constantFrom('weather', 'Köln_天気', '𝒜') as fc.Arbitrary<Slug>;
const number = fc.nat();
const ofTopic = { topic: slug, uid: text };
const ofUser = { ...ofTopic, user: text };
const ofConnection = { ...ofUser, edge: text, connection: text };

function type<T extends LogEventType>(name: T) {
  return { type: fc.constant(name) };
}

const message = fc.record(
  {
    ...type('message'),
    ...ofUser,
    messageId: text,
    clientId: fc.boolean(),
    retention: fc.constantFrom('disabled', 'cache', 'cacheall', 'store'),
    revision: number,
    messageType: text,
    responseTopic: text,
    responseUid: text,
    sourceTopic: text,
    requestContext: text,
    fragment: number,
    numFragments: number,
    pieces: fc.array(number),
    deliveredTo: fc.array(text),
    frame: bytes,
  },
  {
    requiredKeys: ['type', 'topic', 'uid', 'user', 'messageId', 'clientId', 'retention', 'revision', 'frame'],
  },
);

const events: Record<LogEventType, fc.Arbitrary<LogEvent>> = {
  message: message as fc.Arbitrary<LogEvent>,
  piece: fc.record({
    ...type('piece'),
    ...ofTopic,
    retention: fc.constantFrom(...RETENTIONS),
    ordinal: number,
    pieces: number,
    part: bytes,
  }),
  ping: fc.record({ ...type('ping'), ...ofTopic, messageId: text, frame: bytes }),
  pong: fc.record({ ...type('pong'), ...ofUser }),
  'api-info': fc.record({ ...type('api-info'), ...ofUser, apiInfo: fc.string({ unit: 'grapheme' }) }),
  ack: fc.record(
    { ...type('ack'), ...ofUser, sequences: fc.array(number), messageId: text },
    { requiredKeys: ['type', 'topic', 'uid', 'user', 'sequences'] },
  ) as fc.Arbitrary<LogEvent>,
  joined: fc.record({ ...type('joined'), ...ofConnection, subscription: text }),
  left: fc.record({ ...type('left'), ...ofConnection }),
  asked: fc.record({ ...type('asked'), ...ofUser, requestContext: text }),
  answered: fc.record(
    { ...type('answered'), ...ofUser, requestContext: text, fragment: number, numFragments: number },
    { requiredKeys: ['type', 'topic', 'uid', 'user', 'requestContext'] },
  ) as fc.Arbitrary<LogEvent>,
  expired: fc.record(
    { ...type('expired'), messagesBefore: number, requestsBefore: number, actsBefore: number },
    { requiredKeys: ['type', 'messagesBefore', 'requestsBefore'] },
  ) as fc.Arbitrary<LogEvent>,
  imported: fc.record({ ...type('imported'), source: text, topics: number, messages: number }),
  'edge-gone': fc.record({ ...type('edge-gone'), edge: text }),
  'backlog-sent': fc.record({ ...type('backlog-sent'), ...ofUser }),
  'message-removed': fc.record({ ...type('message-removed'), ...ofTopic, sequence: number }),
  'operator-act': fc.record(
    {
      ...type('operator-act'),
      id: text,
      user: text,
      act: text,
      topic: text,
      target: text,
      outcome: text,
      change: text,
    },
    { requiredKeys: ['type', 'id', 'user', 'act', 'change'] },
  ) as fc.Arbitrary<LogEvent>,
  topic: fc.record({
    ...type('topic'),
    ...ofTopic,
    revision: number,
    entry: fc
      .record({ slug, creator: text, uid: text })
      .map(({ uid, ...chosen }) => newTopic({ ...chosen, partition: 0 }, uid)),
  }),
  'topic-deleted': fc.record({ ...type('topic-deleted'), ...ofTopic }),
};

describe.each(Object.entries(events))('an event %s', (_, event) => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(event, (one) => {
        const { headers: written, body } = encodeEvent(one);
        expect(decodeEvent(written, body)).toEqual(one);
      }),
    );
  });

  it('has a header that stays one line of printable ASCII', () => {
    fc.assert(
      fc.property(event, (one) => {
        expect(encodeEvent(one).headers.get(EVENT_HEADER)).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  });
});

describe('an event that cannot be read', () => {
  const decode = (head: string | undefined, body = new Uint8Array(0)) => {
    const encoded = headers();
    if (head !== undefined) encoded.set(EVENT_HEADER, head);
    return () => decodeEvent(encoded, body);
  };
  const unreadable = expect.objectContaining({ code: 'EVENT_UNREADABLE' });

  it('has no headers', () => {
    expect(() => decodeEvent(undefined, new Uint8Array(0))).toThrow(unreadable);
    expect(decode(undefined)).toThrow(unreadable);
  });

  it.each([
    '',
    'x',
    '{',
    'null',
    '7',
    '"message"',
    '[]',
    '{}',
    '{"type":"unheard-of"}',
    '{"type":"toString"}',
    '{"type":{"toString":1}}',
    '{"type":["edge-gone"],"edge":"e"}',
    '{"type":"expired","messagesBefore":1e999,"requestsBefore":0}',
    '{"type":"expired","messagesBefore":0,"requestsBefore":0,"actsBefore":1e999}',
    '{"type":"expired","messagesBefore":0,"requestsBefore":0,"actsBefore":"7"}',
  ])('has the header %j', (head) => expect(decode(head)).toThrow(unreadable));

  it.each(['uid', 'user', 'messageId', 'clientId', 'retention', 'revision', 'topic'])(
    'is a message without %s or with a wrong one',
    (name) => {
      const { frame: _, ...head } = aMessage('m');
      expect(decode(JSON.stringify({ ...head, [name]: undefined }))).toThrow(unreadable);
      expect(decode(JSON.stringify({ ...head, [name]: [] }))).toThrow(unreadable);
    },
  );

  it('has a topic that can be none', () => {
    const { frame: _, ...head } = aPing('m');
    expect(decode(JSON.stringify({ ...head, topic: 'a b' }))).toThrow(unreadable);
  });

  it.each([['[1,"2"]'], ['[1.5]'], ['7'], ['null']])('acknowledges the sequences %s', (sequences) => {
    expect(decode(`{"type":"ack","topic":"t","uid":"u","user":"a","sequences":${sequences}}`)).toThrow(
      unreadable,
    );
  });

  it.each(['', '{', 'null', '7', '"x"'])('is a topic with the body %j', (body) => {
    const head = '{"type":"topic","topic":"t","uid":"u","revision":1}';
    expect(decode(head, new TextEncoder().encode(body))).toThrow(unreadable);
  });
});
