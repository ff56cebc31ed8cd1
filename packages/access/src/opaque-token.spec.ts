import { describe, expect, it } from 'vitest';
import { createOpaqueToken, digestOf, isOpaqueId, SERVICE_TOKEN, sameHash, TICKET } from './opaque-token.ts';

describe('AUT-6 an opaque token', () => {
  it('has 256 random bits and may stand in a header, a subprotocol, a cookie and a query', () => {
    const all = Array.from({ length: 200 }, () => createOpaqueToken(SERVICE_TOKEN));
    expect(new Set(all).size).toBe(200);
    for (const token of all) expect(token).toMatch(/^dasf_[A-Za-z0-9_-]{48}$/);
  });

  it('is kept as its hash, of which the id is a part', () => {
    const token = createOpaqueToken(SERVICE_TOKEN);
    const digest = digestOf(SERVICE_TOKEN, token);
    expect(digest?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(digest?.hash.startsWith(digest.id)).toBe(true);
    expect(isOpaqueId(digest?.id ?? '')).toBe(true);
    expect(digestOf(SERVICE_TOKEN, token)).toEqual(digest);
    expect(JSON.stringify(digest)).not.toContain(token.slice(5, 20));
  });

  it('that is mistyped, cut off or of another kind is none', () => {
    const token = createOpaqueToken(SERVICE_TOKEN);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(digestOf(SERVICE_TOKEN, token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
      expect(digestOf(SERVICE_TOKEN, token.slice(0, at))).toBeUndefined();
    }
    expect(digestOf(SERVICE_TOKEN, `${token}A`)).toBeUndefined();
    expect(digestOf(TICKET, token)).toBeUndefined();
    expect(digestOf(TICKET, token.replace(SERVICE_TOKEN, TICKET))).toBeUndefined();
  });

  it('T14: names nothing but itself in a bucket', () => {
    for (const id of ['*', '>', 'a.b', '', 'x'.repeat(16), '0123456789abcde*', '0123456789abcdef '])
      expect(isOpaqueId(id)).toBe(false);
  });
});

it('T33: hashes are compared as a whole', () => {
  expect(sameHash('ab', 'ab')).toBe(true);
  expect(sameHash('ab', 'ac')).toBe(false);
  expect(sameHash('ab', 'abc')).toBe(false);
});
