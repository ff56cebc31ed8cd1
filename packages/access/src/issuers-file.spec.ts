import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseIssuers } from './issuers-file.ts';

const ONE = { issuer: 'https://login.example.org/oauth2', audience: 'dasf', userPrefix: 'example:' };
const OTHER = { issuer: 'https://other.example.org', audience: ['a', 'b'], userPrefix: 'other:' };
const parse = (...issuers: object[]) => parseIssuers(JSON.stringify({ issuers }));

describe('the file of issuers', () => {
  it('needs an issuer, an audience and a prefix', () => {
    expect(parse(ONE, OTHER)).toMatchObject([
      {
        issuer: 'https://login.example.org/oauth2',
        audiences: ['dasf'],
        algorithms: ['RS256'],
        type: undefined,
        userClaim: 'sub',
        userPrefix: 'example:',
        permissionsClaim: undefined,
        rules: [],
      },
      { audiences: ['a', 'b'] },
    ]);
  });

  it('takes all else', () => {
    const all = {
      ...ONE,
      algorithms: ['ES256', 'EdDSA'],
      type: 'at+jwt',
      keySetUrl: 'https://keys.example.org/jwks',
      userClaim: 'preferred_username',
      permissionsClaim: 'dasf',
      permissions: { groups: { 'a*': ['add_brokertopic'], b: ['administer'] } },
    };
    expect(parse(all)).toMatchObject([
      {
        algorithms: ['ES256', 'EdDSA'],
        type: 'at+jwt',
        keySetUrl: new URL('https://keys.example.org/jwks'),
        userClaim: 'preferred_username',
        permissionsClaim: 'dasf',
        rules: [
          {
            claim: 'groups',
            exact: new Map([['b', ['administer']]]),
            prefixes: [['a', ['add_brokertopic']]],
          },
        ],
      },
    ]);
  });

  it('may leave the prefix empty where there is but one issuer', () => {
    expect(parse({ ...ONE, userPrefix: '' })).toMatchObject([{ userPrefix: '' }]);
  });

  const permissions = (value: unknown) => [{ ...ONE, permissions: value }];
  it.each([
    [[], /^issuers is \[\]; it takes a list of one or more issuers$/],
    [['x'], /^issuers\[0\] is "x"; it takes an object with "issuer"/],
    [[{ ...ONE, issuer: undefined }], /^issuers\[0\]\.issuer is missing; it takes the https address/],
    [[{ ...ONE, issuer: 'http://login.example.org' }], /^issuers\[0\]\.issuer is "http:/],
    [[{ ...ONE, issuer: 'https://login.example.org/?x' }], /^issuers\[0\]\.issuer/],
    [[{ ...ONE, audience: undefined }], /^issuers\[0\]\.audience is missing; it takes what stands as "aud"/],
    [[{ ...ONE, audience: [] }], /^issuers\[0\]\.audience is \[\]/],
    [[ONE, { ...OTHER, audience: ['a', 7] }], /^issuers\[1\]\.audience\[1\] is 7; it takes a text$/],
    [
      [{ ...ONE, algorithms: ['RS256', 'HS256'] }],
      /^issuers\[0\]\.algorithms\[1\] is "HS256"; it takes one of/,
    ],
    [[{ ...ONE, algorithms: ['none'] }], /^issuers\[0\]\.algorithms\[0\]/],
    [[{ ...ONE, userPrefix: undefined }], /^issuers\[0\]\.userPrefix is missing; it takes what its users/],
    [[{ ...ONE, userPrefix: 'a b' }], /^issuers\[0\]\.userPrefix/],
    [[{ ...ONE, keySetUrl: 'http://x.example/' }], /^issuers\[0\]\.keySetUrl is .*an https address/],
    [[{ ...ONE, secret: 'x' }], /^issuers\[0\]\.secret is not known; there are issuer, audience,/],
    [permissions([]), /^issuers\[0\]\.permissions is \[\]; it takes an object/],
    [permissions({ groups: ['a'] }), /^issuers\[0\]\.permissions\.groups is \["a"\]/],
    [permissions({ groups: { a: 'administer' } }), /^issuers\[0\]\.permissions\.groups\.a is "administer"/],
    [permissions({ groups: { a: [] } }), /^issuers\[0\]\.permissions\.groups\.a is \[\]/],
    [
      permissions({ 'x-y': { 'urn:a#b': ['can_fly'] } }),
      /^issuers\[0\]\.permissions\["x-y"\]\["urn:a#b"\]\[0\] is "can_fly"; it takes a permission such as/,
    ],
    [permissions({ groups: { 'a*b': ['administer'] } }), /^issuers\[0\].*\["a\*b"\] has a "\*" elsewhere/],
    [permissions({ groups: { 'a**': ['administer'] } }), /has a "\*" elsewhere/],
    [[ONE, { ...OTHER, issuer: ONE.issuer }], /^issuers\[1\]\.issuer is that of issuers\[0\], too$/],
    [[ONE, { ...OTHER, userPrefix: 'example:' }], /^issuers\[1\]\.userPrefix is "example:", which users of/],
    [[ONE, { ...OTHER, userPrefix: 'example:staff:' }], /^issuers\[1\]\.userPrefix/],
    [[{ ...ONE, userPrefix: '' }, OTHER], /^issuers\[1\]\.userPrefix/],
  ])('is refused: %j', (issuers, message) => {
    expect(() => parse(...(issuers as object[]))).toThrow(message);
  });

  it.each([
    ['{', /^the file is not JSON/],
    ['[]', / is \[\]; it takes an object such as/],
    ['{"issuer": []}', /^issuer is not known; there are issuers$/],
  ])('is refused: %s', (text, message) => {
    expect(() => parseIssuers(text)).toThrow(message);
  });
});

it('the example in the documentation is taken', () => {
  const page = readFileSync(new URL('../../../docs/tokens.md', import.meta.url), 'utf8');
  const [, example = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  expect(parseIssuers(example).map(({ userPrefix }) => userPrefix)).toEqual(['helmholtz:', 'science:']);
});
