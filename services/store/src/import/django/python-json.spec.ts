import { expect, it } from 'vitest';
import { pythonJson } from './python-json.ts';

/** Each as CPython 3.11 says: `json.dumps(json.loads(text))`. */
it.each([
  ['{"a":1,"b":[true,null,{}]}', '{"a": 1, "b": [true, null, {}]}'],
  [
    '{"payload": "Grüße, 天気 😀\\u007f"}',
    '{"payload": "Gr\\u00fc\\u00dfe, \\u5929\\u6c17 \\ud83d\\ude00\\u007f"}',
  ],
  ['"\\/ \\" \\\\ \\n\\b\\f\\r\\t\\u0001"', '"/ \\" \\\\ \\n\\b\\f\\r\\t\\u0001"'],
  ['"ends with \\\\"', '"ends with \\\\"'],
  [
    '[1.50, 1.0, 100.0, 0.0001, 0.00001, 1e15, 1e16, 1.5e300, -0.0, -0]',
    '[1.5, 1.0, 100.0, 0.0001, 1e-05, 1000000000000000.0, 1e+16, 1.5e+300, -0.0, 0]',
  ],
  [
    '[12345678901234567890, 0.1, 123456789.123, 5e-324, 1E400]',
    '[12345678901234567890, 0.1, 123456789.123, 5e-324, Infinity]',
  ],
  ['[NaN, Infinity, -Infinity]', '[NaN, Infinity, -Infinity]'],
  [' { } ', '{}'],
])('writes %s as Python does', (text, expected) => {
  expect(pythonJson(text)).toBe(expected);
  expect(pythonJson(expected)).toBe(expected);
});

it('takes long strings', () => {
  const payload = 'é\\"'.repeat(300_000);
  expect(pythonJson(JSON.stringify({ payload })).length).toBe(
    (payload.length * 10) / 3 + '{"payload": ""}'.length,
  );
});

it.each(['"open', '{a: 1}', '\x01'])('does not take %j', (text) => {
  expect(() => pythonJson(text)).toThrow(SyntaxError);
});
