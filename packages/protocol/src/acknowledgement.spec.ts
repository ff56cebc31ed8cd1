import { describe, expect, it } from 'vitest';
import { parseAcknowledgement } from './acknowledgement.ts';

describe('ACK-1: an acknowledgement', () => {
  it.each([
    ['{"messageId":"m"}', 'm'],
    ['{"messageId":"m","type":null,"more":1}', 'm'],
    [String.raw`{"messageId":"\u00fc"}`, 'ü'],
  ])('%s', (text, id) => expect(parseAcknowledgement(Buffer.from(text))).toBe(id));
});

describe('FRM-2, ACK-1: no acknowledgement', () => {
  it.each([
    '{"messageId":"m","type":"isEndOfTopic"}',
    '{"messageId":"m","type":""}',
    '{"messageId":7}',
    '{"messageId":""}',
    '{"messageId":null}',
    '{}',
    '[{"messageId":"m"}]',
    'null',
    '"m"',
    '7',
    'nonsense',
    '',
  ])('%j', (text) => expect(parseAcknowledgement(Buffer.from(text))).toBeUndefined());
});
