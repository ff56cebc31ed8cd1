import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrame } from './frame.ts';
import { stampFrame } from './stamp-frame.ts';

const TIME = '2026-01-02T03:04:05.006+00:00';
const STAMP = `"publishTime":"${TIME}"`;

function stamp(text: string): string {
  return stampFrame(parseFrame(Buffer.from(text)), 'broker-id', TIME).toString();
}

describe('FRM-1: a stamped frame', () => {
  it.each([
    ['numbers beyond 2^53', '"n":12345678901234567890,"m":1.10,"e":1E+400,"z":-0'],
    ['odd keys', '"":1,"a b":2,"\\"":3,"\\\\":4,"constructor":5,"toString":null'],
    ['duplicate keys', '"a":1,"a":2,"properties":{"x":1,"x":2},"properties":{"y":1}'],
    ['__proto__', '"__proto__":{"messageId":1},"properties":{"__proto__":[1]}'],
    ['escapes', String.raw`"\u0061":"\u00fc\/","b":"\ud83d\ude00"`],
    ['lone surrogates', String.raw`"a":"\ud800","\udfff":1`],
    ['white space within values', '"a":{ "b" :\n[1 , 2] }'],
    [
      'payload and properties',
      '"context":"c","payload":"cGF5","properties":{"messageType":"request","own":{}}',
    ],
  ])('keeps %s byte for byte', (_, inner) => {
    expect(stamp(`{"messageId":"m",${inner}}`)).toBe(`{"messageId":"m",${inner},${STAMP}}`);
    expect(stamp(`{${inner}}`)).toBe(`{${inner},"messageId":"broker-id",${STAMP}}`);
  });

  it('has the client id where there is one, else the broker id', () => {
    expect(stamp('{"messageId":"mine"}')).toBe(`{"messageId":"mine",${STAMP}}`);
    expect(stamp('{}')).toBe(`{"messageId":"broker-id",${STAMP}}`);
    expect(stamp('{"messageId":null,"a":1}')).toBe(`{"a":1,"messageId":"broker-id",${STAMP}}`);
    expect(stamp('{"messageId":"a","messageId":null}')).toBe(`{"messageId":"broker-id",${STAMP}}`);
  });

  it('overwrites every publishTime of the client, whatever it is', () => {
    expect(stamp('{"publishTime":"1999","messageId":"m","publishTi\\u006de":7}')).toBe(
      `{"messageId":"m",${STAMP}}`,
    );
  });

  it('means what was sent and the stamps, for any frame', () => {
    const others = fc.dictionary(
      fc
        .string({ unit: 'binary' })
        .filter((key) => !(key in { messageId: 0, context: 0, payload: 0, properties: 0 })),
      fc.jsonValue({ stringUnit: 'binary' }),
    );
    const space = fc.constantFrom(undefined, 2, '\t');
    fc.assert(
      fc.property(others, space, (frame, indent) => {
        const text = JSON.stringify(frame, null, indent);
        const expected = { ...JSON.parse(text), messageId: 'broker-id', publishTime: TIME };
        expect(JSON.parse(stamp(text))).toEqual(expected);
      }),
    );
  });
});
