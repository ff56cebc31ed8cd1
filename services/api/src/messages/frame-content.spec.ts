import { describe, expect, it } from 'vitest';
import { readContent } from './frame-content.ts';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const contentOf = (payload: unknown, shown = 100) =>
  readContent(Buffer.from(JSON.stringify({ messageId: 'm', payload })), shown)?.payload;

describe('the payload of a frame', () => {
  it.each([
    ['JSON', base64('{"a":[1,"ü"]}'), 'json', '{"a":[1,"ü"]}', 14],
    ['text', base64('hello, Zoë'), 'text', 'hello, Zoë', 11],
    ['nothing', '', 'text', '', 0],
    ['bytes', base64(new Uint8Array([0xff, 0xfe, 0])), 'binary', '//4A', 3],
    ['text with NUL', base64('a\0b'), 'binary', 'YQBi', 3],
    ['no base64', '{"a": 1}', 'json', '{"a": 1}', 8],
    ['a fragment of base64', 'eyJhIjo', 'text', 'eyJhIjo', 7],
  ] as const)('%s', (_, payload, kind, text, bytes) => {
    expect(contentOf(payload)).toEqual({ kind, text, bytes, truncated: false });
  });

  it('is shown in part where it is long, and known as a whole', () => {
    const json = JSON.stringify('x'.repeat(1000));
    expect(contentOf(base64(json), 10)).toEqual({
      kind: 'json',
      text: json.slice(0, 10),
      bytes: 1002,
      truncated: true,
    });
  });

  it('can be shown beside properties that nest too deeply to be written', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const content = readContent(Buffer.from(`{"properties":{"a":${deep}},"payload":"aGVsbG8="}`), 9);
    expect(JSON.parse(JSON.stringify(content))).toMatchObject({ properties: {}, payload: { text: 'hello' } });
  });

  it('may be missing, as may be all else', () => {
    expect(contentOf(undefined)).toBeNull();
    expect(contentOf(7)).toBeNull();
    expect(readContent(Buffer.from('{"context":7,"properties":{"__proto__":{"a":1}}}'), 9)).toEqual({
      context: 7,
      properties: JSON.parse('{"__proto__":{"a":1}}'),
      payload: null,
    });
    expect(readContent(Buffer.from('nothing of the kind'), 9)).toBeNull();
  });
});
