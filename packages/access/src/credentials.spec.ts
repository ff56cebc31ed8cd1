import { describe, expect, it } from 'vitest';
import { type CredentialQuestion, findCredential } from './credentials.ts';

const ask = (headers: CredentialQuestion['headers'], change: Partial<CredentialQuestion> = {}) =>
  findCredential({
    headers,
    url: '/ws/weather?token=query',
    originAllowed: true,
    allowQueryToken: true,
    takesTickets: true,
    ...change,
  })?.value ?? null;

const offer = (value: string) => ({ 'sec-websocket-protocol': value });

describe('AUT-1 where a token is looked for', () => {
  it('takes the first one present', () => {
    const all = {
      authorization: 'Token header',
      cookie: 'dasf_token=cookie',
      ...offer('dasf, dasf.bearer.protocol'),
    };
    expect(ask(all)).toBe('header');
    expect(ask({ ...all, authorization: undefined })).toBe('protocol');
    expect(ask({ cookie: all.cookie })).toBe('cookie');
    expect(ask({})).toBe('query');
    expect(ask({}, { url: '/ws/weather' })).toBe(null);
  });

  it.each([
    ['Bearer abc', 'abc'],
    ['Token abc', 'abc'],
    ['bearer   abc ', 'abc'],
    ['TOKEN abc', 'abc'],
    ['Bearer', ''],
  ])('Authorization: %s', (authorization, token) => {
    expect(ask({ authorization })).toBe(token);
  });

  it.each(['Basic abc', 'Bearerabc', 'abc', 'Digest token abc', ''])(
    'other schemes count as no token: %s',
    (authorization) => {
      expect(ask({ authorization }, { allowQueryToken: false })).toBe(null);
      expect(ask({ authorization })).toBe('query');
    },
  );

  it('takes a subprotocol only beside dasf', () => {
    const none = { allowQueryToken: false };
    expect(ask(offer('dasf.bearer.abc,dasf'), none)).toBe('abc');
    expect(ask(offer('dasf.bearer.abc'), none)).toBe(null);
    expect(ask(offer('dasf'), none)).toBe(null);
    expect(ask(offer('dasf, dasf.bearer.'), none)).toBe('');
  });

  it('takes a cookie only with an allowed origin, and an empty one not at all', () => {
    const none = { allowQueryToken: false };
    expect(ask({ cookie: 'dasf_token=abc' }, { ...none, originAllowed: false })).toBe(null);
    expect(ask({ cookie: 'a=b; dasf_token="abc"; dasf_token=def' }, none)).toBe('abc');
    expect(ask({ cookie: 'dasf_token=' }, none)).toBe(null);
    expect(ask({ cookie: 'xdasf_token=abc' }, none)).toBe(null);
  });

  it('takes a query only where a setting allows it', () => {
    expect(ask({}, { allowQueryToken: false })).toBe(null);
    expect(ask({}, { url: '/ws/weather?x=1&token=a%2Eb' })).toBe('a.b');
    expect(ask({}, { url: '/ws/weather??token=a.b' })).toBe(null);
  });

  it('takes a ticket where tickets are taken, before what a browser adds by itself', () => {
    const url = '/ws/weather?token=query&ticket=ticket';
    const cookie = 'dasf_token=cookie';
    expect(ask({ cookie }, { url })).toBe('ticket');
    expect(ask({ cookie }, { url, allowQueryToken: false })).toBe('ticket');
    expect(ask({ cookie }, { url, takesTickets: false })).toBe('cookie');
    expect(ask({ authorization: 'Token header', cookie }, { url })).toBe('header');
    expect(ask(offer('dasf, dasf.bearer.protocol'), { url })).toBe('protocol');
    expect(ask({ cookie }, { url: '/ws/weather?ticket=' })).toBe('');
  });
});
