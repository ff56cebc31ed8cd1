import { describe, expect, it } from 'vitest';
import { type BacklogPage, decodePage, encodePage } from './page-codec.ts';

const frames = ['{"messageId":"a"}', '', '{\n"payload":"ü\\n天気"}\n', '\u0000\n\n'];

function comparable({ messages, ...page }: BacklogPage) {
  return {
    ...page,
    messages: messages.map((message) => ({ ...message, frame: Buffer.from(message.frame) })),
  };
}

describe('a page', () => {
  it('is read as it was written, its frames byte for byte', () => {
    const page: BacklogPage = {
      more: true,
      messages: [...frames.map((frame) => Buffer.from(frame)), Buffer.from([0xff, 0x0a, 0x00, 0xfe])].map(
        (frame, index) => ({ sequence: index + 1, messageId: `m "${index}" ü\n`, frame }),
      ),
    };
    expect(comparable(decodePage(encodePage(page)))).toEqual(page);
  });

  it('may be empty', () => {
    const page = { more: false, messages: [] };
    expect(decodePage(encodePage(page))).toEqual(page);
  });

  it('is read also where it is a part of a larger buffer', () => {
    const page = {
      more: false,
      messages: [{ sequence: 7, messageId: 'm', frame: Buffer.from('{}') }],
    };
    const bytes = Buffer.concat([Buffer.from('junk\n'), encodePage(page)]).subarray(5);
    expect(comparable(decodePage(bytes))).toEqual(page);
  });

  it.each([
    '',
    'junk',
    'junk\n',
    'null\n',
    '{}\n',
    '{"more":1,"messages":[]}\n',
    '{"more":false,"messages":{}}\n',
    '{"more":false,"messages":[null]}\n',
    '{"more":false,"messages":[["7","m",0,0]]}\n',
    '{"more":false,"messages":[[7,8,0,0]]}\n',
    '{"more":false,"messages":[[7,"m",-1,0]]}\n',
    '{"more":false,"messages":[[7,"m",5,0]]}\nfour',
    '{"more":false,"messages":[[7,"m",3,0]]}\nfour',
  ])('that is none is an answer that a store owes: %j', (text) => {
    expect(() => decodePage(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'BACKLOG_UNAVAILABLE' }),
    );
  });
});
