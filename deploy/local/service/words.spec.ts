import { describe, expect, it } from 'vitest';
import { wordsOf } from './words.ts';

describe('wordsOf', () => {
  it.each([
    ['{"level":30,"msg":"ready"}', undefined],
    ['{"level":40,"msg":"NATS is away"}', 'NATS is away'],
    ['{"level":50,"msg":"no answer","err":{"message":"timeout"}}', 'no answer: timeout'],
    ['{"level":50,"msg":"timeout","err":{"message":"timeout"}}', 'timeout'],
    ['TypeError: x is undefined', 'TypeError: x is undefined'],
    ['{not a log line', '{not a log line'],
    ['', undefined],
  ])('%s', (line, words) => {
    expect(wordsOf(line)).toBe(words);
  });
});
