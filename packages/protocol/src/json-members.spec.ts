import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJson, MAX_DEPTH, MAX_VALUES, readMembers } from './json-members.ts';
import { JsonFault } from './json-text.ts';
import { KeyNames } from './key-names.ts';

/** Any JSON object, also with keys such as `__proto__`, quotes, backslashes and lone surrogates. */
const jsonObject = fc.dictionary(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme-ascii' }),
    fc.constantFrom('__proto__', 'a"', '\\', '\\"', '{', '\ud800', ''),
  ),
  fc.jsonValue({ stringUnit: 'binary' }),
);
const indent = fc.constantFrom(undefined, 1, '\t', '\n', '\r\n ');

/** Those that JSON writes as they are. */
function plainKeys(object: object): string[] {
  return Object.keys(object).filter((key) => /^[ !#-[\]-~]*$/.test(key));
}

function members(text: string, names: readonly string[], start = 0) {
  const bytes = Buffer.from(text);
  const found: { key: string; value: string; whole: string }[] = [];
  const end = readMembers(bytes, start, new KeyNames(names), (member) => {
    const value = bytes.subarray(member.valueStart, member.end).toString();
    found.push({ key: member.key, value, whole: bytes.subarray(member.start, member.end).toString() });
  });
  return { found, rest: bytes.subarray(end).toString() };
}

function faultOf(text: string): string | undefined {
  try {
    members(text, []);
    return undefined;
  } catch (error) {
    if (error instanceof JsonFault) return error.code;
    throw error;
  }
}

describe('readMembers', () => {
  // Compared with what was written, not with what JSON.parse reads: V8 takes an escaped key for `\\` where an
  // object of the same shape with that key was parsed before.
  it('finds every key that is asked for, with the span of its value', () => {
    fc.assert(
      fc.property(jsonObject, (object) => {
        const names = plainKeys(object);
        const { found, rest } = members(JSON.stringify(object), names);
        expect(found.map(({ key }) => key)).toEqual(names);
        for (const { key, value, whole } of found) {
          expect(value).toBe(JSON.stringify(object[key]));
          expect(whole).toBe(`${JSON.stringify(key)}:${value}`);
        }
        expect(rest).toBe('');
      }),
    );
  });

  it('finds them between white space, and none of the others', () => {
    fc.assert(
      fc.property(jsonObject, indent, (object, space) => {
        const names = plainKeys(object).filter((_, index) => index % 2 === 0);
        const { found } = members(JSON.stringify(object, null, space), names);
        expect(found.map(({ key }) => key)).toEqual(names);
        for (const { value } of found) expect(value).toBe(value.trim());
      }),
    );
  });

  it('reads an object that stands within a text', () => {
    expect(members('[{"a":1}, {"b":2}]', ['a', 'b'], 9)).toEqual({
      found: [{ key: 'b', value: '2', whole: '"b":2' }],
      rest: ']',
    });
  });

  it('gives values as they are written', () => {
    const text = ' {\t"a" : 12345678901234567890.10 ,\n"b":[1,{"}":"]"}] ,"c":"\\\\\\"" , "d" : null\r\n} ';
    expect(members(text, ['a', 'b', 'c', 'd']).found.map(({ key, value }) => [key, value])).toEqual([
      ['a', '12345678901234567890.10'],
      ['b', '[1,{"}":"]"}]'],
      ['c', '"\\\\\\""'],
      ['d', 'null'],
    ]);
  });

  it('gives every one of several members with one key, however it is written', () => {
    expect(members('{"a":1,"\\u0061":2,"\\u0041":3}', ['a']).found).toEqual([
      { key: 'a', value: '1', whole: '"a":1' },
      { key: 'a', value: '2', whole: '"\\u0061":2' },
    ]);
  });

  it.each(['{}', ' { } '])('finds none in %j', (text) => expect(members(text, ['a']).found).toEqual([]));
});

describe('what is JSON', () => {
  const text = fc.oneof(
    fc.json(),
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n0123456789.eE+-truefalsn/ubü\u0001\u{1f600}') }),
    // A text that is JSON but for one place.
    fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ...'{}[]",:\\ 0-.e\n\u0001tü'))
      .map(
        ([json, at, other]) => json.slice(0, at % json.length) + other + json.slice((at % json.length) + 1),
      ),
    fc
      .tuple(
        fc.string({ unit: 'binary', minLength: 60 }),
        fc.constantFrom('', '\n', '\\', '\\x', '\\u12', '"'),
      )
      .map(([long, odd]) => `"${JSON.stringify(long).slice(1, -1)}${odd}${'x'.repeat(100)}"`),
  );

  function isJsonToNode(candidate: string): boolean {
    try {
      JSON.parse(candidate);
      return true;
    } catch {
      return false;
    }
  }

  it('is what JSON.parse takes', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 3 }), (candidate, offset) => {
        // Words of four bytes are read: where they begin must not matter.
        const bytes = Buffer.from(`${' '.repeat(offset)}${candidate}`).subarray(offset);
        expect(isJson(bytes)).toBe(isJsonToNode(bytes.toString()));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '01',
    '1.',
    '.5',
    '1e',
    '-',
    '+1',
    '1e+',
    'nul',
    'truex',
    '"\t"',
    '"\\v"',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '[1 2]',
  ])('is not %s', (candidate) => expect(isJson(Buffer.from(candidate))).toBe(false));

  it('may have a control character nowhere in a long string', () => {
    for (let at = 0; at < 300; at += 1) {
      const bytes = Buffer.from(`"${'x'.repeat(300)}"`);
      bytes[at + 1] = 0x1f;
      expect(isJson(bytes)).toBe(false);
    }
  });
});

describe('T29: a text that would hold up everybody else', () => {
  it('is not read further where it is nested too deep', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(faultOf(nested(MAX_DEPTH))).toBeUndefined();
    expect(faultOf(nested(MAX_DEPTH + 1))).toBe('TOO_DEEP');
    expect(faultOf(`{"a":${'[{"a":'.repeat(1_000_000)}`)).toBe('TOO_DEEP');
  });

  it('is not read further where it holds too many values', () => {
    expect(faultOf(`{${'"a":1,'.repeat(MAX_VALUES - 1)}"a":1}`)).toBeUndefined();
    expect(faultOf(`{${'"a":1,'.repeat(MAX_VALUES)}"a":1}`)).toBe('TOO_MANY_VALUES');
    expect(faultOf(`{"a":[${'[],'.repeat(MAX_VALUES)}1]}`)).toBe('TOO_MANY_VALUES');
  });
});
