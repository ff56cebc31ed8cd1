import { describe, expect, it } from 'vitest';
import { errorAnswer, okAnswer } from './answer.ts';
import { readFrame } from './frame.ts';
import { refusals } from './refusal.ts';

describe('PUB-1: an answer', () => {
  it('names the message', () => {
    expect(okAnswer({ messageId: 'm', context: undefined })).toBe('{"messageId":"m","result":"ok"}');
  });

  it.each(['1.0', '"1.0"', '12345678901234567890', '"\\u00fc"'])(
    'echoes the context %s as it was written',
    (context) => {
      expect(okAnswer(readFrame(Buffer.from(`{"messageId":"m","context":${context}}`)).key)).toBe(
        `{"messageId":"m","context":${context},"result":"ok"}`,
      );
    },
  );

  it('PUB-7: says what is wrong, with "error" in its result', () => {
    const answer = errorAnswer({ messageId: null, context: '7' }, refusals.unreadable('No "JSON".'));
    expect(JSON.parse(answer)).toEqual({
      messageId: null,
      context: 7,
      result: 'send-error:3',
      errorMsg: 'No "JSON".',
    });
  });
});
