import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonMembers } from './json-members.ts';

/** Any JSON object, also with keys such as `__proto__`, quotes, backslashes and lone surrogates. */
const jsonObject = fc.dictionary(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'a"', '\\', '\\"', '{', '\ud800')),
  fc.jsonValue({ stringUnit: 'binary' }),
);
const indent = fc.constantFrom(undefined, 1, '\t', '\n', '\r\n ');

function members(text: string, offset?: number) {
  return [...jsonMembers(text, offset)].map(({ key, start, valueStart, end }) => ({
    key,
    value: text.slice(valueStart, end),
    whole: text.slice(start, end),
  }));
}

describe('jsonMembers', () => {
  // Compared with what was written, not with what JSON.parse reads: V8 takes an escaped key for `\\` where an
  // object of the same shape with that key was parsed before.
  it('finds every key, with the span of its value', () => {
    fc.assert(
      fc.property(jsonObject, (object) => {
        const found = members(JSON.stringify(object));
        expect(found.map(({ key }) => key)).toEqual(Object.keys(object));
        for (const { key, value, whole } of found) {
          expect(value).toBe(JSON.stringify(object[key]));
          expect(whole).toBe(`${JSON.stringify(key)}:${value}`);
        }
      }),
    );
  });

  it('finds them between white space', () => {
    fc.assert(
      fc.property(jsonObject, indent, (object, space) => {
        const found = members(JSON.stringify(object, null, space));
        expect(found.map(({ key }) => key)).toEqual(Object.keys(object));
        for (const { value } of found) expect(value).toBe(value.trim());
      }),
    );
  });

  it('finds an object that stands within a text', () => {
    fc.assert(
      fc.property(jsonObject, jsonObject, (before, inner) => {
        const text = JSON.stringify({ before, inner });
        const at = [...jsonMembers(text)].at(-1)?.valueStart;
        expect(members(text, at)).toEqual(members(JSON.stringify(inner)));
      }),
    );
  });

  it('gives values as they are written', () => {
    const text = ' {\t"a" : 12345678901234567890.10 ,\n"b":[1,{"}":"]"}] ,"c":"\\\\\\"" , "d" : null\r\n} ';
    expect(members(text).map(({ key, value }) => [key, value])).toEqual([
      ['a', '12345678901234567890.10'],
      ['b', '[1,{"}":"]"}]'],
      ['c', '"\\\\\\""'],
      ['d', 'null'],
    ]);
  });

  it('gives every one of several members with one key', () => {
    expect(members('{"a":1,"\\u0061":2}')).toEqual([
      { key: 'a', value: '1', whole: '"a":1' },
      { key: 'a', value: '2', whole: '"\\u0061":2' },
    ]);
  });

  it.each(['{}', ' { } '])('finds none in %j', (text) => expect(members(text)).toEqual([]));
});
