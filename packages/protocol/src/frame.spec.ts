import { describe, expect, it } from 'vitest';
import { type Frame, parseFrame as parseBytes, readFrame } from './frame.ts';
import { decodeString } from './json-strings.ts';
import type { Refusal } from './refusal.ts';
import { publishTimeOf } from './stamp-frame.ts';

const LONE_SURROGATE = String.raw`"\ud800"`;

function parseFrame(text: string): Frame {
  return parseBytes(Buffer.from(text));
}

function readFrameKey(text: string) {
  return readFrame(Buffer.from(text)).key;
}

function refusalOf(text: string): Refusal {
  try {
    parseFrame(text);
  } catch (error) {
    return error as Refusal;
  }
  throw new Error(`${text} was taken.`);
}

describe('parseFrame', () => {
  it('reads what the broker knows', () => {
    const properties = {
      messageType: 'response',
      response_topic: 'answers',
      source_topic: 'weather',
      requestContext: 'call 1',
      fragment: 0,
      num_fragments: 3,
      status: 'success',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      api_info: '{}',
      own: 1,
    };
    expect(
      parseFrame(JSON.stringify({ messageId: 'm', context: 'c', payload: 'p', properties })),
    ).toMatchObject({
      messageId: 'm',
      context: '"c"',
      messageType: 'response',
      responseTopic: 'answers',
      sourceTopic: 'weather',
      requestContext: 'call 1',
      fragment: 0,
      numFragments: 3,
      status: 'success',
      traceparent: properties.traceparent,
      apiInfo: Buffer.from('"{}"'),
    });
    expect(decodeString(Buffer.from('"{\\u007d"'))).toBe('{}');
  });

  it('finds nothing in an empty object', () => {
    const { bytes, stamps, ...known } = parseFrame('{}');
    expect([String(bytes), stamps]).toEqual(['{}', []]);
    expect(Object.values(known)).toEqual(Array(11).fill(undefined));
  });

  it('takes null for absent, for every known field', () => {
    const names = ['messageType', 'response_topic', 'source_topic', 'requestContext', 'fragment'];
    const properties = Object.fromEntries(
      [...names, 'num_fragments', 'status', 'traceparent', 'api_info'].map((name) => [name, null]),
    );
    const nulls = { messageId: null, context: null, payload: null, publishTime: null };
    const { bytes: _, stamps: __, ...known } = parseFrame(JSON.stringify({ ...nulls, properties }));
    expect(Object.values(known)).toEqual(Array(11).fill(undefined));
    expect(parseFrame('{"properties":null}').messageType).toBeUndefined();
  });

  it.each([
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
    '01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01',
    'x'.repeat(10_000),
    7,
    {},
  ])('takes the traceparent %j for absent', (traceparent) => {
    expect(parseFrame(JSON.stringify({ properties: { traceparent } })).traceparent).toBeUndefined();
  });

  it.each(['response_topic', 'source_topic'])('takes an empty %s for absent', (name) => {
    const frame = parseFrame(JSON.stringify({ properties: { [name]: '' } }));
    expect([frame.responseTopic, frame.sourceTopic]).toEqual([undefined, undefined]);
  });

  it.each([
    '1',
    '"1"',
    '12345678901234567890',
    '1.50',
    '-0',
    '1e400',
    '""',
    String.raw`"\u00fc\""`,
    LONE_SURROGATE,
  ])('keeps the text of the context %s', (context) => {
    expect(parseFrame(`{ "context" :  ${context} }`).context).toBe(context);
  });

  it.each([
    ['12345678901234567890', '12345678901234567890'],
    ['1.50', '1.50'],
    ['"7"', '7'],
    [String.raw`"\u0037"`, '7'],
  ])('GC-3: has the request context %s as text', (written, text) => {
    expect(parseFrame(`{"properties":{"requestContext":${written}}}`).requestContext).toBe(text);
  });

  it('takes the last of several members with one key, as JSON.parse does', () => {
    const frame = parseFrame(
      '{"context":1,"properties":{"requestContext":3},"context":2,"properties":{"requestContext":4,"requestContext":5}}',
    );
    expect([frame.context, frame.requestContext]).toEqual(['2', '5']);
  });

  it('reads no field off a prototype', () => {
    const frame = parseFrame(
      '{"__proto__":{"messageId":"x","context":1},"properties":{"__proto__":{"messageType":"pong"}}}',
    );
    expect([frame.messageId, frame.context, frame.messageType]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['0', 0],
    ['"12"', 12],
    ['2.0', 2],
  ])('reads the fragment %s', (written, fragment) =>
    expect(parseFrame(`{"properties":{"fragment":${written}}}`).fragment).toBe(fragment),
  );
});

describe('FRM-2: a frame at fault is refused with number 3', () => {
  it.each(['', 'x', '{', '[]', 'null', '1', '"{}"', '{"a":1,}', '\ufeff{}', "{'a':1}"])('%j', (text) =>
    expect(refusalOf(text)).toMatchObject({ code: 'FRAME_UNREADABLE', number: 3 }),
  );

  it.each([
    ['messageId', ['1', 'true', '[]', '{}', '""', `"${'x'.repeat(129)}"`, '"a\\n"', LONE_SURROGATE]],
    ['context', ['true', '[]', '{}']],
    ['payload', ['1', 'true', '[]', '{}']],
    ['properties', ['1', 'true', '[]', '"{}"']],
  ])('%s', (name, values) => {
    for (const value of values) {
      expect(refusalOf(`{"${name}":${value}}`)).toMatchObject({ code: 'FRAME_UNREADABLE', number: 3 });
    }
  });

  it.each([
    ['messageType', ['1', 'true', '[]', '{}']],
    ['response_topic', ['1', 'true', '[]', '{}']],
    ['source_topic', ['1', 'true', '[]', '{}']],
    ['requestContext', ['true', '[]', '{}']],
    ['fragment', ['true', '[]', '{}', '-1', '1.5', '1e400', '"x"', '""', '" "', '"0x1"', '"-1"']],
    ['num_fragments', ['true', '[]', '{}', '-1', '1.5', '1e400', '"x"', '""', '" "', '"1e3"']],
    ['status', ['1', 'true', '[]', '{}']],
    ['api_info', ['1', 'true', '[]', '{}']],
  ])('properties.%s', (name, values) => {
    for (const value of values) {
      const refusal = refusalOf(`{"properties":{"${name}":${value}}}`);
      expect(refusal, value).toMatchObject({ code: 'FRAME_UNREADABLE', number: 3 });
      expect(refusal.message).toContain(name);
    }
  });

  it.each(['response_topic', 'source_topic'])('a %s that is no topic name', (name) =>
    expect(refusalOf(`{"properties":{"${name}":"a b"}}`)).toMatchObject({ code: 'NAME_INVALID', number: 3 }),
  );

  it('but status-ping is a response topic (AVL-3), not a source', () => {
    expect(parseFrame('{"properties":{"response_topic":"status-ping"}}').responseTopic).toBe('status-ping');
    expect(refusalOf('{"properties":{"source_topic":"status-ping"}}').code).toBe('NAME_INVALID');
  });
});

describe('T29: a frame that says too much', () => {
  it.each([
    ['is nested too deep', `{"messageId":"m","a":${'['.repeat(101)}${']'.repeat(101)}}`, 'nested'],
    ['holds too many values', `{"messageId":"m","a":[${'1,'.repeat(100_001)}1]}`, 'values'],
    [
      'holds too many values that the broker reads',
      `{"messageId":"m",${'"context":1,'.repeat(100_001)}"a":1}`,
      'values',
    ],
    ['has a context that is too long', `{"messageId":"m","context":"${'x'.repeat(8200)}"}`, 'context'],
    ['has a context of too many digits', `{"messageId":"m","context":${'1'.repeat(8200)}}`, 'context'],
    [
      'has a type that is too long',
      `{"messageId":"m","properties":{"messageType":"${'ü'.repeat(40_000)}"}}`,
      'larger',
    ],
    [
      'has a request context of too many digits',
      `{"messageId":"m","properties":{"requestContext":${'1'.repeat(70_000)}}}`,
      'larger',
    ],
  ])('is refused where it %s', (_, text, message) => {
    const { key, refusal } = readFrame(Buffer.from(text));
    expect(refusal?.message).toContain(message);
    expect(refusal?.number).toBe(3);
    expect(key.messageId).toBe('m');
  });

  it('may have any payload', () => {
    const payload = '\\"'.repeat(100_000);
    expect(parseFrame(`{"payload":"${payload}"}`).bytes.length).toBe(payload.length + 14);
  });
});

describe('FRM-2: what is read of a frame at fault', () => {
  it.each([
    ['{"messageId":"m","context":1.0,"payload":1}', 'm', '1.0'],
    ['{"messageId":"m","properties":[]}', 'm', undefined],
    ['{"messageId":7,"context":"c"}', null, '"c"'],
    ['{"messageId":"","context":{}}', null, undefined],
    ['{"context":1,"context":12345678901234567890}', null, '12345678901234567890'],
    ['{"messageId":"a","messageId":null}', null, undefined],
    ['["m"]', null, undefined],
    ['nonsense', null, undefined],
    ['{"messageId":"m","context":2,nonsense', 'm', '2'],
    ['', null, undefined],
  ])('of %s', (text, messageId, context) => expect(readFrameKey(text)).toEqual({ messageId, context }));
});

it('writes publishTime as RFC 3339 with an offset', () => {
  expect(publishTimeOf(Date.UTC(2026, 0, 2, 3, 4, 5, 6))).toBe('2026-01-02T03:04:05.006+00:00');
});
