import { describe, expect, it } from 'vitest';
import { isMessageId, isSlug, isSubscription } from './names.ts';

describe('URL-1: a topic name', () => {
  it.each(['weather', 'a', '-', '_', '9', 'Wetter_für-Köln', '天気', '٣', 'ⅷ', '𝒜', 'a'.repeat(255)])(
    'may be %s',
    (name) => expect(isSlug(name)).toBe(true),
  );

  it.each([
    '',
    'a b',
    'a.b',
    'a:b',
    'a/b',
    'a*',
    '>',
    'a\n',
    'ü'.normalize('NFD'),
    '😀',
    'a'.repeat(256),
    '\ud835',
  ])('may not be %j', (name) => expect(isSlug(name)).toBe(false));

  it('counts characters, not UTF-16 units', () => {
    expect(isSlug('𝒜'.repeat(255))).toBe(true);
    expect(isSlug('𝒜'.repeat(256))).toBe(false);
  });

  it('URL-3: is never status-ping', () => expect(isSlug('status-ping')).toBe(false));
});

describe('URL-2: a subscription name', () => {
  it.each(['s', 'backend.1:a-b_c', 'é', 'status-ping', 's'.repeat(255)])('may be %s', (name) =>
    expect(isSubscription(name)).toBe(true),
  );

  it.each(['', 'a b', 'a/b', 's'.repeat(256)])('may not be %j', (name) =>
    expect(isSubscription(name)).toBe(false),
  );
});

describe('a message id', () => {
  it.each(['1', 'a b', 'Ünïcode ✓', '😀'.repeat(128), 'x'.repeat(128)])('may be %s', (id) =>
    expect(isMessageId(id)).toBe(true),
  );

  it.each(['', 'x'.repeat(129), '😀'.repeat(129), 'a\nb', '\u0000', '\u007f', '\u2028', '\ud800'])(
    'may not be %j',
    (id) => expect(isMessageId(id)).toBe(false),
  );
});
